# Madoguchi in a container: CPU only, no torch, nothing fetched at run time.
# Inside a closed network, name the city's own mirrors:
#   docker build --build-arg BASE=registry.example.jp/python:3.11-slim-bookworm \
#                --build-arg PIP_INDEX_URL=https://pypi.example.jp/simple -t madoguchi .
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
ARG PIP_INDEX_URL
WORKDIR /src
RUN python -m venv --without-pip /opt/madoguchi
# The dependencies are a layer of their own, so that a change in the code does not fetch them again.
COPY pyproject.toml constraints.txt ./
RUN python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" > requirements.txt \
 && pip --python /opt/madoguchi install --no-cache-dir --constraint constraints.txt --requirement requirements.txt
COPY README.md LICENSE ./
COPY knowledge knowledge
COPY indexer indexer
COPY channels channels
COPY app app
COPY evals evals
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /dist . \
 && pip --python /opt/madoguchi install --no-cache-dir --no-deps /dist/*.whl

FROM ${BASE}
LABEL org.opencontainers.image.title="Madoguchi" org.opencontainers.image.licenses="MIT"
RUN groupadd --gid 10001 madoguchi \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin madoguchi \
 && install --directory --owner=10001 --group=10001 --mode=0750 /data
COPY --from=build /opt/madoguchi /opt/madoguchi
ENV PATH=/opt/madoguchi/bin:$PATH \
    LANG=C.UTF-8 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MADOGUCHI_DATA_DIR=/data \
    MADOGUCHI_HOST=0.0.0.0 \
    MADOGUCHI_PORT=8000
# A base with another Python or without time zones fails here, and not at the first question.
RUN python -c "from zoneinfo import ZoneInfo; ZoneInfo('Asia/Tokyo')" && madoguchi --help > /dev/null
USER 10001:10001
WORKDIR /srv
VOLUME /data
EXPOSE 8000
# Alive, not ready: a restart mends a process that hangs, but not a site that was never built (/readyz tells that one).
# The empty ProxyHandler keeps a proxy that Docker hands to containers out of the way.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import os, urllib.request as u; u.build_opener(u.ProxyHandler({})).open('http://127.0.0.1:' + os.environ['MADOGUCHI_PORT'] + '/healthz', timeout=3)"]
ENTRYPOINT ["madoguchi"]
CMD ["serve"]
