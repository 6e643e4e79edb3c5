from kioskd.core.backoff import Backoff


def test_each_delay_doubles_up_to_the_longest_and_a_success_starts_anew() -> None:
    backoff = Backoff(1.0, 10.0)
    assert [backoff.next() for _ in range(6)] == [1.0, 2.0, 4.0, 8.0, 10.0, 10.0]
    backoff.reset()
    assert [backoff.next(), backoff.next()] == [1.0, 2.0]
