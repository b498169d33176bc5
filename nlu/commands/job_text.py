"""Jobs, their events and schedules as lines of text, in Korean."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from nlu.jobs.job import Job, JobEvent, State
from nlu.jobs.schedules import TIMEZONE, Schedule
from nlu.messages import word

STATES: Mapping[str, str] = {
    State.QUEUED: "기다림",
    State.RUNNING: "하는 중",
    State.DONE: "끝남",
    State.FAILED: "실패",
    State.CANCELLED: "그만둠",
}


def job_line(job: Job) -> str:
    """A job on one line."""
    about = [f"{job.id:>5}  {job.kind:<9} {STATES[job.state]}", _arguments(job.arguments)]
    if job.state is State.RUNNING and job.progress:
        about.append(progress_text(job.progress))
    if job.after is not None and job.state is State.QUEUED:
        about.append(f"(작업 {job.after} 뒤에)")
    if job.state is State.FAILED and job.error:
        about.append(job.error.splitlines()[0])
    return "  ".join(filter(None, [*about, f"{_local(job.created):%m-%d %H:%M}"]))


def described(job: Job) -> str:
    """A job with all that people want to know of it."""
    times = [("넣음", job.created), ("시작", job.started), ("끝", job.ended)]
    lines = [
        f"작업 {job.id}: {job.kind} {_arguments(job.arguments)}".rstrip(),
        f"상태: {STATES[job.state]} (시도 {job.attempts}번, 줄 {job.queue}, 넣은 사람 {job.added_by})",
        *(f"{name}: {_local(time):%Y-%m-%d %H:%M:%S}" for name, time in times if time is not None),
    ]
    if job.progress:
        lines.append(f"진행: {progress_text(job.progress)}")
    if job.result:
        lines.append(f"결과: {json.dumps(dict(job.result), ensure_ascii=False)}")
    if job.log:
        lines.append(f"로그: {job.log}")
    if job.error:
        lines.append(f"\n{job.error}")
    if job.tail:
        lines.append(f"\n마지막 출력:\n{job.tail}")
    return "\n".join(lines)


def event_line(event: JobEvent) -> str:
    """What happened to a job, on a line."""
    data, when = event.data, f"{_local(event.time):%H:%M:%S}"
    if event.kind == "progress":
        return f"{when}  {progress_text(data)}"
    if event.kind == "notice":
        return f"{when}  · {data.get('text', '')}"
    error = f"\n{data['error']}" if data.get("error") else ""
    worker = f" ({data['worker']})" if data.get("worker") else ""
    return f"{when}  작업 {event.job_id}: {STATES.get(data['state'], data['state'])}{worker}{error}"


def progress_text(progress: Mapping[str, Any]) -> str:
    """How far a stage is: its name, the part that is done, and the time that is left."""
    stage, done, total = progress.get("stage", ""), progress.get("done"), progress.get("total")
    name, _, which = str(stage).partition(" ")
    title = f"{word(f'stage.{name}', {}, 'ko')} {which}".rstrip()
    if not isinstance(done, int) or not isinstance(total, int) or not total:
        return title
    eta = progress.get("eta")
    left = f", {eta:.0f}초 남음" if isinstance(eta, int | float) and eta and done < total else ""
    return f"{title} {done:,}/{total:,} ({100 * done // total} %{left})"


def schedule_line(schedule: Schedule, now: datetime) -> str:
    """A schedule on one line, with its next time."""
    steps = " → ".join(f"{step.kind} {_arguments(step.arguments)}".rstrip() for step in schedule.steps)
    coming = schedule.next_time(now).astimezone(ZoneInfo(schedule.timezone))
    when = f"다음 {coming:%Y-%m-%d %H:%M}" if schedule.is_on else "꺼짐"
    return f"{schedule.name}: {schedule.cron} ({schedule.timezone}, {when})  {steps}"


def _arguments(values: Mapping[str, Any]) -> str:
    return " ".join(f"{name}={_written(value)}" for name, value in values.items())


def _written(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value) if isinstance(value, str) else json.dumps(value)


def _local(time: datetime) -> datetime:
    return time.astimezone(ZoneInfo(TIMEZONE))
