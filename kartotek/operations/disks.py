"""Is a folder on a local disk? SQLite's locks and syncs can be trusted on no other."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from django.utils.translation import gettext as _

NETWORK = {
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "ceph", "9p", "lustre", "gpfs",
    "glusterfs", "davfs", "ocfs2", "virtiofs", "fuse.sshfs", "fuse.glusterfs", "fuse.rclone",
    "fuse.s3fs", "fuse.davfs2", "fuse.ceph", "fuse.gvfsd-fuse", "fuse.vmhgfs-fuse",
}  # fmt: skip


def kind_of(folder: Path, mounts: str | None = None) -> str:
    """The kind of file system a folder is on; "" where the system does not tell."""
    if mounts is None:
        try:
            mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
    best, kind = "", ""
    path = str(folder.resolve())
    for line in mounts.splitlines():
        parts = line.split()
        if len(parts) < 3:
            continue
        point = parts[1].encode().decode("unicode_escape")  # a space is written \040
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, parts[2]
    return kind


def is_network(folder: Path, mounts: str | None = None) -> bool:
    """Is this folder on another machine's disk?"""
    if sys.platform == "win32" and mounts is None:
        return str(folder.resolve()).startswith("\\\\")
    return kind_of(folder, mounts) in NETWORK


def refusal(folder: Path, mounts: str | None = None) -> str:
    """The sentence that refuses a folder on a network disk; empty for a good one."""
    if not is_network(folder, mounts):
        return ""
    return _(
        "The data folder %(folder)s is on a network disk, where SQLite can lose data. "
        "Set KARTOTEK_DATA to a folder on a disk of this machine, or DATABASE_URL to PostgreSQL."
    ) % {"folder": folder}


def free_megabytes(folder: Path) -> int:
    """How much more fits beside the data."""
    import shutil

    return shutil.disk_usage(folder).free // 1_000_000


def is_writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK | os.X_OK)
