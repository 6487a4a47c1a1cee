"""The words of walls: what challenges, consent dialogs, log-ins and error pages say, in the languages of outlets."""

from __future__ import annotations

import re

__all__ = ["ADDRESSES_READER", "LISTED", "SPEAKS_TO_READER", "TITLE_404", "TITLE_CHALLENGE", "USUAL"]

LISTED = (
    ("challenge", re.compile(
        r"(?i)(?:please )?enable (?:js|javascript|cookies) and (?:disable any ad ?blocker|cookies|reload|javascript)|"
        r"checking (?:your browser|if the site connection is secure)|verif(?:y|ying) (?:that )?you are (?:a )?human|"
        r"are you a robot|access to this page has been denied|attention required! \| cloudflare|just a moment\.\.\.|"
        r"unusual (?:traffic|activity) from your|ddos protection by|request unsuccessful\. incapsula|"
        r"pardon our interruption|"
        r"you have been blocked|access denied|bot detection|press (?:&|and) hold|complete the captcha|"
        r"confirm you.re (?:a )?human|javascript is (?:disabled|required)|needs? javascript to")),
    ("consent", re.compile(
        r"(?i)we (?:and our (?:\d+ )?partners )?(?:value|care about|respect) your privacy|before you continue to|"
        r"(?:accept|reject) all cookies|manage (?:your )?(?:cookie|privacy) (?:settings|preferences|choices)|"
        r"our (?:\d+ )?partners (?:store|process|use)|consent to (?:the use|our use|cookies)|"
        r"cookies zustimmen|mit werbung (?:weiterlesen|und cookies)|tout accepter|accepter (?:et fermer|les cookies)|"
        r"aceptar (?:todas las )?cookies|accetta (?:tutti i )?cookie|"
        r"aceitar (?:todos os )?cookies|zustimmung verwalten|"
        r"gdpr-info-request|is part of the yahoo family of brands")),
    ("maintenance", re.compile(
        # Spoken to the reader: a refinery's scheduled maintenance is news.
        r"(?i)we(?: will|.ll| should| expect to) be (?:right )?back (?:shortly|soon|online|in a )|"
        r"(?:this|our|the) (?:web ?)?(?:site|page|service) is (?:currently |temporarily )?"
        r"(?:being (?:updated|upgraded)|unavailable|offline|down for|under(?:going)? (?:scheduled )?maintenance)|"
        r"sorry for (?:the|any) inconvenience|"
        r"please (?:try again|check back|come back) (?:later|soon|shortly|in a few)|"
        r"wir sind (?:gleich|bald|in kürze) (?:wieder )?(?:zurück|für sie da)|wartungsarbeiten an unserer|"
        r"(?:notre|le) site est (?:actuellement |temporairement )?(?:en maintenance|indisponible)|"
        r"(?:nuestro|el) sitio está (?:en mantenimiento|temporalmente)")),
    ("soft_404", re.compile(
        r"(?i)(?:page|article|story|content|url|link) "
        r"(?:you (?:requested|are looking for|were looking for|tried to reach)|"
        r"(?:is|was|has been|could|can)(?: ?n.t| not)? ?(?:be )?(?:found|moved|removed|deleted|longer|available))|"
        r"(?:error|fehler|erreur|http)[ :]{0,2}404\b|\b404(?= ?(?:error|not found|page not|seite nicht))|"
        r"(?m:^\W*404\b)|(?:page|file) not found|not found|no longer (?:available|exists)|"
        r"something (?:has gone|went) wrong|"
        r"seite (?:wurde )?nicht gefunden|diese seite existiert nicht|page (?:introuvable|non trouvée)|"
        r"página no encontrada|pagina non trovata|página não encontrada|500 internal server error|"
        r"pagina niet gevonden|sidan (?:hittades inte|kunde inte hittas|finns inte)|"
        r"siden (?:blev ikke fundet|findes ikke)|(?:finner|fant) ikke siden|sivua ei löyt|"
        r"nie znaleziono strony|stránka nebyla nalezena|az oldal nem található|"
        r"pagina nu a fost găsită|sayfa bulunamadı|страница не (?:найдена|существует)|сторінку не знайдено|"
        r"(?:η )?σελίδα (?:που ζητήσατε )?δεν (?:βρέθηκε|υπάρχει)|الصفحة (?:\S+ ){0,4}غير موجودة|הדף לא נמצא|"
        r"पृष्ठ नहीं मिला|ไม่พบหน้า|không tìm thấy trang|halaman tidak ditemukan|"
        r"页面(?:不存在|未找到)|找不到(?:您|该)?[^。]{0,8}页面|"
        r"ページ[はが](?:見つかりません|存在しない|存在しません)|페이지를 찾을 수 없|"
            r"service unavailable")),
)  # fmt: skip
TITLE_404 = re.compile(
    r"(?i)^\W*(?:error )?(?:404|410|not found|page not found|seite nicht gefunden|page introuvable|"
    r"página no encontrada|pagina non trovata)\b"
)
TITLE_CHALLENGE = re.compile(
    r"(?i)^\W*(?:just a moment|attention required|access denied|are you a robot|pardon our interruption|"
    r"robot check|bloomberg - are you|security check|human verification)"
)


# Scripts that part no words, or set small words before others without a space.
_UNPARTED = r"\u0590-\u06ff\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"


def _usual(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W{_UNPARTED}])(?:{words})")


# Beginnings of words that are usual on a wall of each kind. One says nothing, several on a page of few words do.
USUAL = (
    ("challenge", _usual(
        r"verif|vérif|security|sécurité|sicherheit|seguridad|sicurezza|robot|\bbots?\b|human|humain|mensch|captcha|"
        r"browser|"
        r"navigat|navegador|javascript|cookies|block|bloqu|gesperrt|access|accès|zugriff|acceso|denied|refus|"
        r"verweigert|"
        r"unusual|suspicious|verdächtig|suspect|inhabitue|inusual|traffic|requests?|anfragen|requêtes|rate limit|"
        r"too many|zu viele|"
        r"trop de|automat|cloudflare|ray id|ip[- ]?add?res|adresse ip|incident|(?:reference|support) id|reject|"
        r"administrator|slide|swipe|puzzle|"
        r"moment|wait|warten|patient|malicious|überprüf|prüf|check|anti-?bot|проверк|браузер|робот|验证|驗證|机器人|浏览器|安全|"
        r"認証|確認|ロボット|아닙니다|보안|확인")),
    ("consent", _usual(
        r"cookie|consent|privacy|datenschutz|einwillig|zustimm|akzeptier|werbung|tracking|partner|confidentialité|"
        r"accepte|refuser|publicité|privacidad|aceptar|rechazar|publicidad|accett|rifiut|pubblicità|aceitar|"
        r"personal data|"
        r"personenbezogen|données personnelles|datos personales|vendors?|legitimate|preferences|einstellungen|"
        r"settings|advertis|nachverfolg|werbefrei|device|apparaat|enhet|terminal|dispositivo|annons|annunci|gegevens|uppgifter|"
        r"evästei|laittee|kumppan|mainon|tietosuoja|valinto|hyväksy|zařízení|souhlas|soukrom|reklam|eszköz|hozzájárul|"
        r"adatvéd|hirdetés|dispozitiv|confidențial|publicit|ciasteczk|urządzeni|partner|prywatnoś|zgod|"
        r"çerez|cihaz|gizlilik|kişiselleştir|tercih|onay|устройств|партн[её]р|реклам|конфиденциальност|соглас|пристро|"
        r"конфіденційн|згод|συσκευ|συνεργάτ|διαφημ|απορρήτ|συγκατάθε|επιλογέσ|ملفات تعريف|جهازك|شركا[ؤئ]|إعلانات|"
        r"الخصوصية|עוגיות|מכשיר|שותפים|פרסומ|פרטיות|कुकी|डिवाइस|साझेदार|विज्ञापन|गोपनीयता|คุกกี้|อุปกรณ์|พันธมิตร|โฆษณา|ความเป็นส่วนตัว|"
        r"thiết bị|đối tác|quảng cáo|riêng tư|perangkat|mitra|iklan|privasi|同意|クッキー|端末|パートナー|広告|"
        r"プライバシー|设备|合作伙伴|广告|隐私|裝置|廣告|隱私|쿠키|기기|파트너|광고|개인정보")),
    ("login", _usual(
        r"log ?-?in|sign ?-?(?:in|up)|password|passwort|kennwort|mot de passe|contraseña|senha|wachtwoord|lösenord|"
        r"hasło|"
        r"пароль|密码|パスワード|비밀번호|username|benutzername|e-?mail|forgot|vergessen|oublié|olvid|register|registrier|"
        r"account|konto|compte|cuenta|anmeld|einlogg|connexion|se connecter|iniciar sesión|acced|iscriv|subscri|abonn|"
        r"subscripti|remember me|already a|登录|注册|ログイン|로그인")),
    ("maintenance", _usual(
        r"maintenance|wartung|mantenimiento|manutenzione|manutenção|обслуживан|维护|メンテナンス|점검|unavailable|"
        r"nicht verfügbar|nicht erreichbar|indisponible|no disponible|temporar|vorübergehend|momentan|"
        r"back (?:soon|online)|"
        r"shortly|later|später|plus tard|más tarde|try again|erneut|réessayer|upgrad|scheduled|server|service|gateway|"
        r"time.?out|overload|überlast|inconvenien|apologi|unannehmlichkeit")),
    ("soft_404", _usual(
        r"not found|can(?:not|.?t) be found|nothing (?:was|here|found)|no longer|doesn.?t exist|does not exist|moved|"
        r"removed|deleted|oops|sorry|whoops|uh.?oh|error|fehler|erreur|errore?|went wrong|schief|broken|404|410|500|"
        r"502|503|"
        r"maintenance|wartung|mantenimiento|manutenzione|unavailable|nicht verfügbar|indisponible|temporar|"
        r"vorübergehend|"
        r"back soon|shortly|later|später|plus tard|try (?:again|a search)|search(?:ing)?|suche|homepage|home page|"
        r"startseite|"
        r"page d.accueil|nicht gefunden|existiert nicht|introuvable|n.existe (?:pas|plus)|no encontrad|no existe|"
        r"non trovat|"
        r"não encontrad|niet gevonden|hittades inte|nie znaleziono|не найден|找不到|不存在|見つかりません|찾을 수 없|"
        r"looking for|requested|not available|your (?:country|region|location)|legal (?:reasons|requirements)|"
        r"apologi|inconvenien|"
        r"angefordert|demandée|solicitada|server|service|gateway|time.?out|upgrad|scheduled")),
)  # fmt: skip
_ADDRESSES = (
    r"you|your|yours|please|we|our|this (?:page|site|website)|bitte|wir|unsere?[nmr]?|dich|vous|votre|vos|veuillez|"
    r"nous|notre|usted|nuestr[oa]s?|por favor|vostr[oaie]|si prega|você|uw|jouw|alstublieft|twoj\w*|twój|twoim|nasi|"
    r"proszę|prosimy|ditt|våra?|vänligen|vennligst|meidän|sinu\w*|laitteellesi|voitte|możesz|możecie|lütfen|sizi|sizin|"
    r"\w{3,}(?:siniz|sınız|sunuz|sünüz)|(?:cihaz|tercih|hesab|tarayıcı|yatırdığ)\w{0,4}n[ıiuü]z\w*|ви|вы|вас|вам|ваш\w*|"
    r"пожалуйста|мы|наш\w*|вашо\w*|ми|будь ласка|σασ|μασ|εμείσ|παρακαλώ|"
    r"يرجى|نحن|جهازك|لديك|يمكنك|إيداعك|أموالك|بياناتك|أنت|אתם|אתה|שלכם|אנחנו|שלנו|שלך|אנא|"
    r"कृपया|आप|आपके|आपको|हम|हमारे?|bạn|chúng tôi|vui lòng|kami|silakan"
)
# Vowel signs of Devanagari are letters to a reader, if not to `\w`.
_START, _END = r"(?<![\w\u0900-\u0963])", r"(?![\w\u0900-\u0963])"
_ALSO_OF_OTHERS = "du|dina|voi|voit|anda|sie|ihre?[nmrs]?|tu|tus|su|nos|ti|tuo|seu|sua|u|je"
_WRITTEN_ON = (
    r"(?<![申邀聘])请(?![求愿教])|請(?![求])|您|我们|我們|ください|お探し|お客様|당사|귀하|"
    r"세요|십시오|ของคุณ|คุณ(?!ภาพ|สมบัติ|ค่า)|ของเรา|กรุณา|โปรด"
)
SPEAKS_TO_READER = re.compile(rf"{_START}(?:{_ADDRESSES}|{_ALSO_OF_OTHERS}){_END}|{_WRITTEN_ON}")
"""A wall speaks to its reader; news of a log-in that failed, in the same words, speaks of others. Words among them that
speak of others as well (`su`, `sie`) tell only beside other signs."""
ADDRESSES_READER = re.compile(rf"{_START}(?:{_ADDRESSES}){_END}|{_WRITTEN_ON}")
"""Those of them that can hardly speak of others."""
