from sqlalchemy import text

TIMES = 10  # psycopg would prepare a statement that it has run five times


def test_no_statement_is_left_prepared_on_a_connection_that_a_pooler_may_hand_on(postgres_engine):
    with postgres_engine.connect() as connection:
        for _ in range(TIMES):
            connection.execute(text("SELECT 1"))
        assert connection.execute(text("SELECT count(*) FROM pg_prepared_statements")).scalar() == 0
