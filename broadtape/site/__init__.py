"""An outlet: what its file under `config/sites/` says, what such a file must keep to, and all of them by name."""

from broadtape.site.model import FORMER_KEYS, BoilerplateRule, Selectors, Site, Source, load_site

__all__ = ["FORMER_KEYS", "BoilerplateRule", "Selectors", "Site", "Source", "load_site"]
