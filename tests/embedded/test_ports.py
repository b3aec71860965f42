import socket
from contextlib import closing

import pytest

from speakup.embedded.service import PortUnusable, check_port, is_ready
from tests.journeys.running_service import free_port


def test_a_free_port_passes() -> None:
    check_port(free_port())


def test_a_taken_port_is_named_with_a_way_out() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortUnusable, match=rf"^Port {port} is taken .*SPEAKUP_PORT="):
            check_port(port)
        assert not is_ready(port)


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
def test_a_port_taken_on_the_other_localhost_counts_as_taken() -> None:
    try:
        other = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("no IPv6 loopback here")
    with closing(other), pytest.raises(PortUnusable, match="is taken"):
        check_port(other.getsockname()[1])


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_what_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(PortUnusable, match="is not a port"):
        check_port(port)
