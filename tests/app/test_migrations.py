from sqlalchemy import Engine

def test_x(engine: Engine):
    pass
def test_y(engine: Engine):
    pass
