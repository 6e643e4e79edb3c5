"""Whose word a view is."""

from kioskd.config import Channels, Demo, Rest, RestUrls
from kioskd.config.origins import origins
from kioskd.config.scalars import Duration


def test_the_origin_is_the_kind_and_the_address_of_a_view_not_its_name_or_times() -> None:
    one = origins([Rest(url="http://desk/a")])
    assert one == origins([Rest(url="http://desk/a", name="Desk", timeout=Duration(5))])
    assert set(one) == {"tickets", "projects", "dashboard"}
    assert one["tickets"] == one["projects"]
    others = (Rest(url="http://desk/b"), Channels(url="ws://desk/a"), Demo(), Demo(seed=2))
    assert len({origins([source])["tickets"] for source in others} | {one["tickets"]}) == 5


def test_a_view_keeps_its_origin_when_another_views_address_changes() -> None:
    def desk(projects: str) -> Rest:
        urls = RestUrls(tickets="http://desk/t", projects=projects)
        return Rest(urls=urls, views=("tickets", "projects"))

    before, after = origins([desk("http://desk/p")]), origins([desk("http://plan/p")])
    assert before["tickets"] == after["tickets"]
    assert before["projects"] != after["projects"]


def test_a_token_in_an_address_is_not_told() -> None:
    assert "hush" not in str(origins([Rest(url="http://desk/?token=hush")]))
