"""A page's elements, gone through once, answer as going through the page for each question would."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml.etree import _Element

from broadtape.cleaning.page.elements import Elements

TAGS = st.sampled_from(["div", "p", "span", "a"])
NAMES = st.sampled_from(["class", "id", "hidden"])


def _grown(children: st.SearchStrategy[_Element]) -> st.SearchStrategy[_Element]:
    return st.builds(_element, TAGS, st.sets(NAMES), st.lists(children, max_size=4))


def _element(tag: str, names: set[str], children: list[_Element]) -> _Element:
    element = etree.Element(tag, dict.fromkeys(sorted(names), "x"))
    element.extend(children)
    return element


TREES = st.recursive(st.builds(_element, TAGS, st.sets(NAMES), st.just([])), _grown, max_leaves=12)


@settings(deadline=None, max_examples=50)
@given(TREES, st.lists(TAGS, unique=True), st.lists(NAMES, unique=True))
def test_elements_stand_in_the_order_of_the_page_each_once(tree: _Element, tags: list[str], names: list[str]) -> None:
    elements = Elements(tree)
    below = list(tree.iterdescendants())
    assert elements.tagged(*tags) == [element for element in below if element.tag in tags]
    assert elements.having(*names) == [element for element in below if not {*element.keys()}.isdisjoint(names)]


def test_what_is_changed_later_does_not_show() -> None:
    tree = etree.fromstring("<div><p class='lead'>Ore</p></div>")
    elements, (paragraph,) = Elements(tree), tree
    del paragraph.attrib["class"]
    tree.remove(paragraph)
    assert elements.tagged("p") == elements.having("class") == [paragraph]
