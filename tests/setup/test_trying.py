"""Mail server, database and address are tried for real, and each fault is called by its name."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from fachkraft_share.cli.setup.leading_back import leads_back
from fachkraft_share.node.settings import MailSettings
from fachkraft_share.node.trying import try_database, try_mail, try_own_address
from fachkraft_share.testing.databases import fresh_database, server_url

from .servers import HERE, Answer, free_port, mail_server, web_server

NODE = "https://node.example"


def settings(port: int, **more: str) -> MailSettings:
    """Return a mail server on this machine."""
    return MailSettings(HERE, port, "allianz@harz.example", **{"tls": "none", **more})


def test_a_mail_server_that_would_take_mail_is_sent_none() -> None:
    """It is asked as far as the sender, and then told to forget it."""
    with mail_server() as server:
        assert try_mail(settings(server.port, user="fks", password="x")).code == "mail-taken"
    assert [line.split()[0] for line in server.told] == ["ehlo", "AUTH", "mail", "rset", "QUIT"]


def test_a_test_mail_goes_to_whom_somebody_named() -> None:
    """And says nothing but that it came."""
    with mail_server() as server:
        assert try_mail(settings(server.port), to="ich@harz.example").code == "mail-sent"
    assert "rcpt TO:<ich@harz.example>" in server.told


@pytest.mark.parametrize(
    ("says", "more", "code"),
    [
        ({"AUTH": "535 no"}, {"user": "fks", "password": "wrong"}, "mail-login"),
        ({"EHLO": "250 mail.example"}, {"user": "fks", "password": "x"}, "mail-login"),
        ({"MAIL": "550 not you"}, {}, "mail-sender"),
        ({}, {"tls": "starttls"}, "mail-no-starttls"),
        ({}, {"tls": "tls"}, "mail-tls"),
        ({"EHLO": "421 go away", "HELO": "421 go away"}, {}, "mail-other"),
    ],
)
def test_a_mail_server_is_wrong_in_its_own_way(
    says: dict[str, str], more: dict[str, str], code: str
) -> None:
    """Each wants another remedy."""
    with mail_server(**says) as server:
        assert try_mail(settings(server.port, **more)).code == code


def test_a_recipient_the_mail_server_refuses() -> None:
    """It may not send to the outside."""
    with mail_server(RCPT="550 no relaying") as server:
        found = try_mail(settings(server.port), to="ich@elsewhere.example")
    assert found.code == "mail-recipient"


def test_no_mail_server_at_all() -> None:
    """Neither there nor of that name."""
    assert try_mail(settings(free_port())).code == "mail-refused"
    away = MailSettings("mail.invalid", 587, "a@harz.example")
    assert try_mail(away).code == "no-such-name"


def test_no_letter_goes_unencrypted_to_another_machine() -> None:
    """Judged before anything is sent."""
    away = MailSettings("mail.example", 25, "a@harz.example", tls="none")
    assert try_mail(away).code == "mail-plain"


def test_a_file_can_be_made_or_not(tmp_path: Path) -> None:
    """The nearest folder that is there decides."""
    assert try_database(f"sqlite:///{tmp_path}/new/node.db").code == "database-file"
    file = tmp_path / "file"
    file.write_text("")
    assert not (tmp_path / "new").exists()


def test_an_address_that_is_no_databases() -> None:
    """The scheme says which."""
    assert try_database("mysql://here/fks").code == "database-url"
    assert try_database("postgresql+psycopg://elsewhere.example/fks").code == "database-url"


@pytest.fixture
def database() -> Iterator[str]:
    """An empty database."""
    server = server_url()
    if server is None:
        pytest.skip("FKS_POSTGRES_URL names no server")
    with fresh_database(server) as url:
        yield url


def test_an_empty_database_will_do(database: str) -> None:
    """Nothing is made there by trying."""
    assert try_database(database).code == "database-server"
    assert try_database(database).code == "database-server"


def test_a_database_is_wrong_in_its_own_way(database: str) -> None:
    """Missing, used, without rights, not there at all."""
    url = sa.make_url(database)

    def tried(**changed: object) -> str:
        return try_database(url.set(**changed).render_as_string(hide_password=False)).code  # type: ignore[arg-type]

    assert tried(database="fks_nowhere") == "database-missing"
    assert tried(port=free_port()) == "database-silent"
    engine = sa.create_engine(database, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE ROLE fks_reader LOGIN")
        try:
            assert tried(username="fks_reader") == "database-rights"
        finally:
            connection.exec_driver_sql("DROP ROLE fks_reader")
        connection.exec_driver_sql("CREATE TABLE somebody (id int)")
    assert tried() == "database-used"


def own(body: object, **more: object) -> str:
    """Return how an address ends that answers like this."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    with web_server(Answer(body=content, **more)) as url:  # type: ignore[arg-type]
        return try_own_address(url, node=NODE).code


def test_an_address_leads_back_or_elsewhere() -> None:
    """To this node, to another, to something else, to nothing."""
    assert own({"node": NODE}) == "leads-back"
    assert own({"node": "https://other.example"}) == "other-node"
    assert own(b"<h1>Welcome to nginx!</h1>") == "other-page"
    assert own(["node"]) == "other-page"
    assert own({}, status=404) == "path-changed"
    assert own({"node": NODE}, headers={"Content-Encoding": "identity"}) == "content-encoding"


def test_before_there_is_a_node_this_machine_answers_for_it() -> None:
    """On the very port; twice in a row, and not where something runs already."""
    port = free_port()
    assert leads_back(f"http://{HERE}:{port}", port=port).code == "only-here"
    assert leads_back(f"http://{HERE}:{port}", port=port).code == "only-here"
    assert leads_back(f"http://{HERE}:{port}/fks", port=port).code == "path-changed"
    with web_server() as url:
        taken = int(url.rpartition(":")[2])
        assert leads_back(url, port=taken).code == "port-taken"
        assert leads_back(url, port=free_port()).code == "other-page"


def test_folders_that_are_not_ours_cannot_be_written_to(tmp_path: Path) -> None:
    """What stands in the way is a file here; root may write everywhere."""
    from fachkraft_share.ports.ground import same_disk, writable

    assert writable(tmp_path / "new" / "deep")
    assert same_disk(tmp_path / "new", tmp_path)
    if os.geteuid():
        tmp_path.chmod(0o500)
        assert not writable(tmp_path)
    else:
        assert not writable(Path("/proc/sys/new"))


def test_a_network_drive_is_noticed(tmp_path: Path) -> None:
    """By the longest mount point above the folder; where nobody can tell, it is none."""
    from fachkraft_share.ports.ground import network_file_system

    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nnas:/x {tmp_path} nfs4 rw 0 0\nbroken\n")
    assert network_file_system(tmp_path / "new", mounts=mounts) == "nfs4"
    mounts.write_text(f"nas:/x / nfs4 rw 0 0\n/dev/sda1 {tmp_path} ext4 rw 0 0\n")
    assert network_file_system(tmp_path, mounts=mounts) == ""
    assert network_file_system(tmp_path, mounts=tmp_path / "none") == ""
