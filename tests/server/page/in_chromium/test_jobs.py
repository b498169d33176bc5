"""The page of jobs in a real browser: jobs are asked for, followed and stopped; a worker's part is played by leases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from nlu.database.engine import Database
from nlu.database.place import database_url
from nlu.jobs.job import State
from nlu.jobs.leases import End
from nlu.jobs.settings import Place
from nlu.jobs.store import JobStore
from nlu.keys.store import KeyStore
from nlu.store.bundle import write_bundle
from tests.nlu import tiny
from tests.server.page.in_chromium.visiting import ANSWERS, KEY, Visitor, site_of

pytestmark = pytest.mark.chromium


@pytest.fixture(scope="module")
def models(tiny_bundle_files: Mapping[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("jobs")
    (folder / "patterns").mkdir()
    (folder / "patterns" / "pattern.txt").write_text("[greet]\n안녕\n", encoding="utf-8")
    (folder / "answers.yml").write_text(ANSWERS, encoding="utf-8")
    write_bundle(folder / "bundle", dict(tiny_bundle_files), tiny.MANIFEST)
    return folder / "bundle"


@pytest.fixture(scope="module")
def site(models: Path) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(models.parent)
        served = site_of(models)
        url = next(served)
    yield url
    next(served, None)


@pytest.fixture
def store(models: Path) -> Iterator[JobStore]:
    database = Database(database_url(models))
    database.prepare()
    yield JobStore(database, Place.of(models, models.parent))
    database.close()


def opened(visitor: Visitor, key: str = KEY, **more: object) -> Page:
    page = visitor.open("jobs", **more)  # type: ignore[arg-type]
    page.locator("#problem input[name=key]").fill(key)
    page.locator("#problem button").click()
    expect(page.locator("#new summary")).to_be_visible()
    return page


def test_a_job_is_asked_for_followed_and_ends(visitor: Visitor, store: JobStore) -> None:
    page = opened(visitor)
    expect(page.locator("[data-view=jobs]")).to_have_attribute("aria-current", "page")
    page.locator("#new summary").click()
    page.locator(".job-form [name=count]").fill("70")
    page.get_by_role("button", name="시키기").click()
    expect(page.locator(".job-form .thanks")).to_contain_text("넣었습니다")
    page.get_by_role("button", name="시키기").click()
    expect(page.locator(".job-form .thanks")).to_contain_text("이미 있습니다")
    job = store.list()[0]
    assert job.arguments == {"count": 70}
    card = page.locator(f"[data-job='{job.id}']")
    expect(card.locator(".job-state")).to_have_text("기다림")
    card.get_by_role("button", name="자세히").click()
    taken = store.leases.claim(job.id, worker="w")
    assert taken is not None
    expect(card.locator(".job-state")).to_have_text("하는 중")
    card.get_by_role("button", name="그만두기").click()
    expect(card.get_by_role("button", name="멈추는 중")).to_be_disabled()
    store.leases.finish(taken, End(State.CANCELLED))
    expect(card.locator(".job-state")).to_have_text("그만둠")
    expect(page.locator("#status")).to_contain_text("그만둠")


def test_jobs_of_others_appear_by_themselves(visitor: Visitor, store: JobStore) -> None:
    page = opened(visitor)
    job, _ = store.add("generate", {"count": 71}, by="이웃")
    card = page.locator(f"[data-job='{job.id}']")
    expect(card).to_contain_text("이웃")
    store.cancel(job.id)
    expect(card.locator(".job-state")).to_have_text("그만둠")


def test_what_the_server_refuses_is_said_in_the_form(visitor: Visitor, store: JobStore) -> None:
    page = opened(visitor, KeyStore(store.database).add("보는 사람", "read", by="t")[0])
    page.locator("#new summary").click()
    page.get_by_role("button", name="시키기").click()
    expect(page.locator(".job-form .error")).to_contain_text("이 열쇠로는 할 수 없습니다")
    page.locator("#key-switch").click()
    page.locator("#key-panel input").fill(KEY)
    page.locator("#key-panel button[type=submit]").click()
    expect(page.locator("#key-switch")).to_have_text("열쇠 있음")
    expect(page.locator(".job-form .error")).to_have_count(0)
    page.locator(".job-form select").first.select_option("promote")
    page.get_by_role("button", name="시키기").click()
    expect(page.locator(".job-form .error")).to_contain_text("version: name a version")


@pytest.mark.parametrize(("width", "scheme"), [(1100, "light"), (360, "dark")])
def test_axe_finds_no_barrier_and_nothing_runs_over_the_edge(
    visitor: Visitor, store: JobStore, width: int, scheme: str
) -> None:
    job, _ = store.add(
        "generate", {"count": width, "patterns": ["patterns/pattern.txt"]}, by="아주 긴 이름을 가진 운영자"
    )
    taken = store.leases.claim(job.id, worker="w")
    assert taken is not None
    store.leases.finish(taken, End(State.FAILED, error="patterns/pattern.txt:3:1: " + "x" * 200))
    page = opened(visitor, width=width, color_scheme=scheme, reduced_motion="reduce")
    page.locator("#new summary").click()
    page.locator("[data-act=open]").first.click()
    expect(page.locator(".job-error")).to_contain_text("pattern.txt:3:1")
    found = Axe().run(page)
    assert found.response["violations"] == [], found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("Jobs")
    page.locator("#key-switch").click()
    expect(page.locator("#key-panel input")).to_be_focused()
    assert Axe().run(page).response["violations"] == []
    assert page.locator(".views").evaluate("node => node.scrollWidth <= node.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") == width
