"""Which data trained which version, and who let it answer: from its bundle, the snapshots, and the audit."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from nlu.audit.chain import AuditRow
from nlu.commands.audit_text import done
from nlu.commands.job_text import STATES
from nlu.jobs.job import Job
from nlu.pipeline.data_versions import snapshots_beside
from nlu.pipeline.publish import DATA_MANIFEST
from nlu.store.bundle import Bundle
from nlu.store.registry import Registry
from nlu.store.served import read_served

_MARKED = 12
"""Digits of a hash that people read."""
_PARTS = {"train": "학습", "dev": "조율", "test": "시험", "refit": "마저 배움"}


def provenance(
    registry: Registry, version: str, data: Path, rows: Sequence[AuditRow], jobs: Sequence[Job] = ()
) -> dict[str, Any]:
    """Gather what is known of where a version comes from.

    Args:
        registry: where it lies.
        version: it.
        data: the data folder, beside which the snapshots lie.
        rows: the audit's rows that concern the version.
        jobs: those that made or judged it.

    Raises:
        UnknownChoiceError: there is no such version.
        BundleError: it is broken.
    """
    bundle, served = registry.open(version), read_served(registry.root)
    manifest = bundle.manifest
    return {
        "version": version,
        "created_at": manifest.created_at.isoformat(),
        "product_version": manifest.product_version,
        "is_served": served.version == version,
        "was_served": served.has_served(version),
        "inputs": dict(manifest.data),
        "data": _data(bundle),
        "snapshots": list(_snapshots(data, version)),
        "jobs": [job.to_dict() for job in jobs],
        "audit": [as_json(row) for row in rows],
    }


def as_json(row: AuditRow) -> dict[str, Any]:
    """Give a row of the audit for programs."""
    return {
        "number": row.number,
        "time": row.time.isoformat(),
        "actor": row.actor,
        "action": row.action,
        "subject": row.subject,
        "detail": json.loads(row.detail),
        "source": row.source,
        "request_id": row.request_id,
        "previous": row.previous,
        "hash": row.hash,
    }


def to_text(found: Mapping[str, Any]) -> str:
    """Say it in Korean."""
    served = "지금 답하는 모델" if found["is_served"] else "답한 적 있음" if found["was_served"] else "답한 적 없음"
    lines = [f"{found['version']}: {found['created_at']}에 만듦 ({served})", "배운 것 (SHA-256):"]
    lines += [f"  {digest[:_MARKED]}  {name}" for name, digest in found["inputs"].items()]
    if data := found["data"]:
        counts = ", ".join(f"{_PARTS.get(part, part)} {count:,}" for part, count in data["utterances"].items())
        lines += [f"데이터: 씨앗 {data['seed']}, 발화 {counts}"]
        lines += [f"  {digest[:_MARKED]}  {name}" for name, digest in data["inputs"].items()]
    for one in found["snapshots"]:
        lines += [f"스냅샷 {one['snapshot'][:_MARKED]} ({one['time']}): nlu-data diff {one['snapshot'][:_MARKED]}"]
        lines += [f"  {file['sha256'][:_MARKED]}  {file['name']}" for file in one["files"]]
    lines += map(_job_line, found["jobs"])
    lines += ["한 사람과 때:"] if found["audit"] else ["감사에는 이 모델에 대한 줄이 없습니다."]
    lines += map(_audit_line, found["audit"])
    return "\n".join(lines)


def _job_line(job: Mapping[str, Any]) -> str:
    ended = f" {job['ended'][:19]} UTC" if job["ended"] else ""
    return f"작업 {job['id']} ({job['kind']}): {job['added_by']}, {STATES[job['state']]}{ended}"


def _audit_line(row: Mapping[str, Any]) -> str:
    what = done(row["action"], row["detail"])
    return f"  {row['time'][:19]} UTC  {row['actor']}  {what}  ({row['source']})"


def _data(bundle: Bundle) -> dict[str, Any] | None:
    """What the data was that the bundle learned from; None where it keeps no copy of its manifest."""
    if DATA_MANIFEST not in bundle.manifest.files:
        return None
    manifest = bundle.read_json(DATA_MANIFEST)
    counts = {part: one["utterances"] for part, one in manifest.get("counts", {}).items()}
    return {"seed": manifest.get("seed"), "inputs": manifest.get("inputs", {}), "utterances": counts}


def _snapshots(data: Path, version: str) -> Iterator[dict[str, Any]]:
    store = snapshots_beside(data)
    for event in store.events():
        if event.version == version and event.snapshot in store.names():
            files = [{"name": one.name, "sha256": one.sha256} for one in store.open(event.snapshot).files]
            yield {"snapshot": event.snapshot, "time": event.time.isoformat(), "files": files}
