"""Which disks are of this machine."""

from pathlib import Path

import pytest
from django.core.management import CommandError

from kartotek.operations import disks, ready

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/export /mnt/office nfs4 rw 0 0
//nas/share /mnt/our\\040files cifs rw 0 0
bob@host:/ /mnt/far fuse.sshfs rw 0 0
/dev/sdb1 /mnt/office/local xfs rw 0 0
"""


@pytest.mark.parametrize(
    "folder", ["/mnt/office", "/mnt/office/a/b", "/mnt/our files", "/mnt/far/x"]
)
def test_a_folder_on_a_network_disk_is_refused_by_name(folder):
    sentence = disks.refusal(Path(folder), MOUNTS)
    assert folder in sentence
    assert "KARTOTEK_DATA" in sentence


@pytest.mark.parametrize("folder", ["/home/ann", "/mnt/office/local/kartotek", "/mnt/office2"])
def test_a_folder_on_a_disk_of_this_machine_is_good(folder):
    assert disks.refusal(Path(folder), MOUNTS) == ""


def test_sqlite_does_not_start_there(monkeypatch, settings):
    monkeypatch.setattr(disks, "kind_of", lambda folder, mounts=None: "nfs4")
    monkeypatch.setattr(ready.connection, "vendor", "sqlite", raising=False)
    with pytest.raises(CommandError, match="network disk"):
        ready.refuse_bad_disk()
