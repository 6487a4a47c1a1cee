"""Parts of an address that say how somebody came to a page, or who reads it, and not which page it is.

Exact names: a rule such as "whatever holds `source` or `id`" takes the number of a story for a tracker. Whatever is
ambiguous (`ref`, `source`, `from`, `mod`, `cid`, `sid`) is not here: an outlet's file names it where it is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["GENERAL", "TRACKERS", "AddressRules"]

# Mozilla's and Brave's query-stripping lists and the general section of AdGuard's, but for what is ambiguous in them.
_CLICKS = """
fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid li_fat_id igshid igsh rb_clickid s_kwcid
srsltid epik irclickid gad_source gad_campaignid mibextid tblci dicbo oborigurl
 _openstat wickedid vmcid unicorn_click_id ndclid _branch_match_id _branch_referrer
"""
_MAILINGS = """
mc_cid mc_eid mkt_tok _hsenc _hsmi __hssc __hstc __hsfp hsctatracking vero_id vero_conv oly_anon_id oly_enc_id
ml_subscriber ml_subscriber_hash _bta_tid _bta_c _kx klaviyo_id bsft_clkid bsft_uid cr_cc sc_customer ck_subscriber_id
"""
# What the makers of web statistics tell their customers to append.
_CAMPAIGNS = """
utm_source utm_medium utm_campaign utm_content utm_term utm_id utm_name utm_reader utm_referrer utm_social
utm_social-type utm_brand utm_cid utm_pubreferrer utm_swu utm_viz_id utm_userid utm_keyword utm_source_platform
utm_creative_format utm_marketing_tactic utm_sourc utm_campaing utm_int utm_emcid utm_email
pk_campaign pk_kwd pk_keyword pk_source pk_medium pk_content pk_cid piwik_campaign piwik_kwd piwik_keyword
mtm_campaign mtm_keyword mtm_source mtm_medium mtm_content mtm_cid mtm_group mtm_placement
matomo_campaign matomo_keyword itm_source itm_medium itm_campaign itm_content itm_term
at_medium at_campaign at_campaign_type at_link_id at_link_type at_link_origin at_format at_ptr_name at_bbc_team
at_custom1 at_custom2 at_custom3 at_custom4 xtor xtref
ns_campaign ns_mchannel ns_source ns_linkname ns_fee wt_mc wt_zmc wt.mc_id wt.mc_ev wt.tsrc wt.nav
s_cid s_campaign cmpid cm_mmc cm_mmca1 cm_mmca2 cm_lm cm_ven cm_cat hmb_campaign hmb_source hmb_medium
ga_source ga_medium ga_campaign ga_content ga_term _ga _gl spm trk_contact trk_msg trk_module trk_sid
"""
# Publishers' own, each in use at one large house for its feeds and its readers' sharing, and a story's number nowhere.
_PUBLISHERS = """
ocid srnd ito smid smtyp guccounter guce_referrer guce_referrer_sig soc_src soc_trk ncid tsrc yptr __twitter_impression
amp_js_v amp_gsa usqp sharetype share_source ref_src ref_url sr_share fb_action_ids
fb_action_types fb_ref fb_source __tn__ __s action_object_map action_type_map
"""
TRACKERS = frozenset((_CLICKS + _MAILINGS + _CAMPAIGNS + _PUBLISHERS).split())
"""In lower case; case makes no difference."""

SESSIONS = frozenset(["jsessionid", "phpsessid", "cfid", "cftoken", "oscsid", "zenid"])
"""The names under which web frameworks write a visitor's session into links, in the query or behind a `;`."""
_ASP = "aspsessionid"
"""How those of ASP begin; letters that are the server's own follow."""
_SESSION_LIKE = frozenset(["sid", "sessid", "session", "sessionid", "session_id", "sessiontoken", "session_token"])
"""Names of sessions, and of stories and parliaments' sittings: the value decides."""
_TOKEN = re.compile(r"(?=[^0-9]{0,128}[0-9])(?=[^A-Za-z]{0,128}[A-Za-z])[0-9A-Za-z,-]{22,128}")
"""PHP's shortest session is of 22 characters."""
_SLUG = re.compile(r"(?:[A-Za-z]+|[0-9]+)(?:[,-]+(?:[A-Za-z]+|[0-9]+))+")
"""Words and numbers: a story's name, where a token has letters and figures in one."""
_GUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


@dataclass(frozen=True, slots=True)
class AddressRules:
    """Which parameters tell nothing about which page an address is: the general ones, but for `keep`, and `drop`.

    Names in lower case.
    """

    keep: frozenset[str] = frozenset()
    drop: frozenset[str] = frozenset()

    @classmethod
    def of(cls, keep: Iterable[str], drop: Iterable[str]) -> AddressRules:
        """Of names in any case."""
        return cls(frozenset(name.lower() for name in keep), frozenset(name.lower() for name in drop))

    def drops(self, name: str, value: str = "") -> bool:
        """Whether the parameter of this name (any case) makes no difference."""
        name = name.lower()
        if name in self.drop or name in self.keep:
            return name in self.drop
        return name in TRACKERS or is_session(name, value)


def is_session(name: str, value: str) -> bool:
    """Whether a parameter (its name in lower case) is a visitor's session."""
    if name in SESSIONS or name.startswith(_ASP):
        return True
    if name not in _SESSION_LIKE or not _TOKEN.fullmatch(value):
        return False
    return not (_GUID.fullmatch(value) or _SLUG.fullmatch(value))


GENERAL = AddressRules()
"""What holds where no outlet's file says otherwise."""
