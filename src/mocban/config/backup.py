"""Backup and restore of an installation: database, content, keys, packages, secret. The search index is built anew.

A backup is a folder: `database.dump` (PostgreSQL's own format), the folders as they are, `secret`, and `manifest.json`
with the SHA-256 of each. The database is written first: content is write-once, so what it names is there when the files
are copied. Each run first adds a line to `backups.jsonl` in the data folder; the secrecy desk reads there which backups
hold an erased object, and a run that broke off shows as one that somebody has to look at.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from mocban.config import postgres, runtime
from mocban.config.runtime import Refused

FORMAT = "mocban-backup-1"
FOLDERS = ("content", "keys", "packages")
DATABASE_FILE = "database.dump"
MANIFEST = "manifest.json"
DIGESTS = "sha256s.txt"
BLOCK = 1024 * 1024
REBUILD_INDEX = "import django; django.setup(); from mocban.search import services; services.rebuild()"


def backup(data: Path, target: Path) -> int:
    """Write a backup into `target`, which must be new or empty; the installation may run. Raises Refused."""
    if target.exists() and any(target.iterdir()):
        raise Refused("The backup folder is not empty; choose a new one.")
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    target.chmod(0o700)  # a folder that was there before may be open to everybody
    target = target.resolve()
    if data in (target, *target.parents):
        raise Refused("A backup inside the data folder would be lost with it; choose another place.")
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    line = {"path": str(target), "made_at": made_at, "sha256s_file": str(target / DIGESTS)}
    with (data / "backups.jsonl").open("a", encoding="utf-8") as journal:
        journal.write(json.dumps(line, ensure_ascii=False) + "\n")
    with runtime.database(data) as url:
        dump = [str(postgres.wheel() / "bin" / "pg_dump"), "--format=custom", "--no-owner", "--no-privileges"]
        _postgres([*dump, f"--file={target / DATABASE_FILE}"], url, "The database could not be saved")
    for name in FOLDERS:
        if (data / name).is_dir():
            shutil.copytree(data / name, target / name)
    _write_private(target / "secret", os.environ.get("MOCBAN_SECRET") or runtime.secret_of(data))
    files = {path.relative_to(target).as_posix(): _entry(path) for path in _files(target)}
    manifest = {"format": FORMAT, "made_at": made_at, "postgres": postgres.version(), "files": files}
    _write_private(target / DIGESTS, "".join(f"{entry['sha256']}\n" for entry in files.values()))
    _write_private(target / MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False))
    print(f"Backup complete: {len(files)} files, {sum(int(entry['size']) for entry in files.values()):,} bytes.")
    return 0


def restore(data: Path, source: Path, *, force: bool) -> int:
    """Put a backup in place of what the data folder holds, after every hash was checked. Raises Refused.

    A folder that holds an installation is refused without `force`. The program must not run on it.
    """
    manifest = verify(source)
    with runtime.only_one(data), runtime.database(data) as url:
        if not force and (_tables(url) or any(_holds(data / name) for name in FOLDERS)):
            raise Refused("The data folder is not empty; with --force the restore replaces what it holds.")
        staged = _stage(data, source)
        _psql(url, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        load = [str(postgres.wheel() / "bin" / "pg_restore"), "--no-owner", "--no-privileges", "--single-transaction"]
        _postgres(
            [*load, "--exit-on-error", "--dbname", urlsplit(url).path.lstrip("/"), str(source / DATABASE_FILE)],
            url,
            "The database could not be restored",
        )
        for name, folder in staged.items():
            shutil.rmtree(data / name, ignore_errors=True)
            folder.rename(data / name)
        (data / "secret").unlink(missing_ok=True)
        _write_private(data / "secret", (source / "secret").read_text(encoding="utf-8"))
        (data / "migrated").unlink(missing_ok=True)
        shutil.rmtree(data / "index", ignore_errors=True)
        environment = {**runtime.environment(data, url), "MOCBAN_SECRET": runtime.secret_of(data)}
        for arguments in (["-m", "django", "migrate", "--no-input", "-v", "0", "--skip-checks"], ["-c", REBUILD_INDEX]):
            if subprocess.run(runtime.python(*arguments), env=environment).returncode != 0:
                raise Refused("The data is restored, but bringing tables or index up to date failed: see above.")
    print(f"Restored the backup of {manifest['made_at']}. For ./mocban up give it the same MOCBAN_SECRET as before.")
    return 0


def verify(source: Path) -> dict[str, Any]:
    """Return the manifest after comparing every file with it. Raises Refused at the first difference."""
    try:
        manifest = json.loads((source / MANIFEST).read_text(encoding="utf-8"))
        expected: dict[str, dict[str, Any]] = manifest["files"]
        known = manifest["format"] == FORMAT
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise Refused("This folder holds no complete backup: its manifest is missing or broken.") from problem
    if not known:
        raise Refused("This backup has a format that the program does not know.")
    for name, entry in expected.items():
        inner = PurePosixPath(name)
        path = source / inner
        if inner.is_absolute() or ".." in inner.parts or path.is_symlink() or not path.is_file():
            raise Refused(f"The backup is incomplete: {name} is missing.")
        if _entry(path) != entry:
            raise Refused(f"The backup is damaged: {name} differs from its hash in the manifest.")
    return dict(manifest)


def _stage(data: Path, source: Path) -> dict[str, Path]:
    """Copy the folders beside their places first: a full disk must not leave half of the old and half of the new."""
    staged = {}
    for name in FOLDERS:
        folder = data / f"{name}.restoring"
        shutil.rmtree(folder, ignore_errors=True)
        if (source / name).is_dir():
            shutil.copytree(source / name, folder)
        else:
            folder.mkdir(mode=0o700)
        staged[name] = folder
    return staged


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in (MANIFEST, DIGESTS))


def _entry(path: Path) -> dict[str, Any]:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
    return {"size": path.stat().st_size, "sha256": digest.hexdigest()}


def _holds(folder: Path) -> bool:
    return folder.is_dir() and any(path.is_file() for path in folder.rglob("*"))


def _tables(url: str) -> bool:
    return _psql(url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") != "0"


def _psql(url: str, statement: str) -> str:
    command = [str(postgres.wheel() / "bin" / "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
    return _postgres([*command, "-c", statement], url, "The database refused a command").strip()


def _postgres(command: list[str], url: str, sentence: str) -> str:
    done = subprocess.run(
        command, env=postgres.client_environment(url), capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if done.returncode != 0:
        raise Refused(f"{sentence}: {done.stderr.strip()[-1500:]}")
    return done.stdout


def _write_private(path: Path, text: str) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
