"""The way in to a served view: a link that opens once, a cookie, its own page, or 403."""

from http.cookies import SimpleCookie

import aiohttp
import pytest
from served import entered, view_served
from yarl import URL

from monitor.web.guard import COOKIE


async def status(browser: aiohttp.ClientSession, url: URL, **headers: str) -> int:
    async with browser.get(url, headers=headers, allow_redirects=False) as page:
        return page.status


async def socket_status(browser: aiohttp.ClientSession, view: URL, **headers: str) -> int:
    try:
        async with browser.ws_connect(view / "ws", headers=headers):
            return 101
    except aiohttp.WSServerHandshakeError as refused:
        return refused.status


async def test_the_link_opens_once_and_gives_a_cookie_that_scripts_cannot_read() -> None:
    async with view_served() as (browser, link):
        async with browser.get(link, allow_redirects=False) as first:
            assert first.status == 303
            cookie = SimpleCookie(first.headers["Set-Cookie"])[COOKIE]
            view = link.join(URL(first.headers["Location"]))
        assert cookie["httponly"]
        assert cookie["samesite"] == "Strict"
        assert f"{cookie['path']}/" == view.path
        assert await status(browser, view) == 200
        assert await status(browser, link) == 403
        async with aiohttp.ClientSession() as other:
            async with other.get(link) as again:
                assert again.status == 403
                assert "opens once" in await again.text()
            assert await status(other, view) == 403
        # Whoever came in stays in.
        assert await status(browser, view) == 200


async def test_a_wrong_token_opens_nothing_and_leaves_the_right_one_alone() -> None:
    async with view_served() as (browser, link):
        for wrong in (link.with_query({}), link.update_query(token="x"), link.with_path("/other")):
            assert await status(browser, wrong) == 403
        async with browser.head(link) as looked_at:
            assert looked_at.status == 405
        assert await status(browser, link) == 303


async def test_the_token_from_a_foreign_host_or_page_is_not_taken() -> None:
    async with view_served() as (browser, link):
        assert await status(browser, link, Host="clinic.example") == 403
        assert await status(browser, link, Host=f"localhost:{link.port}") == 403
        assert await status(browser, link, Origin="https://clinic.example") == 403
        assert await status(browser, link) == 303


@pytest.mark.parametrize("part", ["", "static/js/textual.js", "download/x", "ws", "nothing"])
async def test_nothing_of_the_view_is_there_without_the_cookie(part: str) -> None:
    async with view_served() as (browser, link):
        view = await entered(browser, link)
        async with aiohttp.ClientSession() as stranger:
            assert await status(stranger, view / part if part else view) == 403
            wrong = {"Cookie": f"{COOKIE}=wrong"}
            assert await status(stranger, view / part if part else view, **wrong) == 403


async def test_the_socket_opens_to_its_own_page_only() -> None:
    async with view_served() as (browser, link):
        view = await entered(browser, link)
        own = str(link.origin())
        assert await socket_status(browser, view) == 403
        assert await socket_status(browser, view, Origin="null") == 403
        assert await socket_status(browser, view, Origin="https://clinic.example") == 403
        assert await socket_status(browser, view, Origin=f"http://localhost:{link.port}") == 403
        assert await socket_status(browser, view, Origin=own, Host="clinic.example") == 403
        async with aiohttp.ClientSession() as stranger:
            assert await socket_status(stranger, view, Origin=own) == 403


async def test_the_page_may_load_and_reach_nothing_but_its_own_server() -> None:
    async with view_served() as (browser, link):
        view = await entered(browser, link)
        async with browser.get(view) as page:
            policy = page.headers["Content-Security-Policy"]
            text = await page.text()
        assert policy.startswith("default-src 'none'; script-src 'self';")
        assert policy.endswith(f"connect-src 'self' ws://127.0.0.1:{link.port}")
        assert page.headers["X-Frame-Options"] == "DENY"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
        foreign = text.replace(str(link.origin()), "").replace(f"ws://127.0.0.1:{link.port}", "")
        assert "//" not in foreign
        assert str(link.query["token"]) not in text


async def test_it_listens_on_this_computer_only() -> None:
    async with view_served() as (_, link):
        assert link.host == "127.0.0.1"
