# Builds a Python environment from a lock with hashes, once, and says where it is. Sourced by bin/xuncha and bin/test.
#
#   environment NAME LOCK    sets $python to the interpreter of the environment NAME built from LOCK
#
# An environment is used only if its copy of the lock, written last, is the lock of today: an interrupted build has
# no copy and is begun anew. Builders wait for one another. Folders: .env/ in the checkout, or the user's cache where
# the checkout cannot be written.

say() { printf '%s\n' "$*" >&2; }

find_python() {
    for candidate in ${XUNCHA_PYTHON:+"$XUNCHA_PYTHON"} python3.13 python3.12 python3.11 python3.14 python3 python; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            command -v "$candidate"
            return 0
        fi
    done
    say "没有找到 Python 3.11 或更高版本。请先安装，或用 XUNCHA_PYTHON 指明其位置。"
    say "No Python 3.11 or later was found. Install one, or name it in XUNCHA_PYTHON."
    return 1
}

build() { # PLACE LOCK
    place=$1 lock=$2
    base=$(find_python) || return 1
    say "首次使用，正在准备运行环境（$(basename "$lock")），约需一分钟……"
    say "First use: building the environment ($(basename "$lock")), about a minute …"
    rm -rf "$place"
    if command -v uv >/dev/null 2>&1 && [ -z "${XUNCHA_NO_UV:-}" ]; then
        uv venv -q --no-project --python "$base" "$place" &&
            uv pip install -q --python "$place/bin/python" --require-hashes -r "$lock"
    else
        if ! "$base" -m venv "$place" >"$place.log" 2>&1; then
            say "不能建立虚拟环境（Debian、Ubuntu 请安装 python3-venv）："
            say "The virtual environment could not be made (on Debian or Ubuntu install python3-venv):"
            tail -n 5 "$place.log" >&2
            rm -f "$place.log"
            return 1
        fi
        rm -f "$place.log"
        "$place/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r "$lock"
    fi
    if [ $? -ne 0 ]; then
        say "所需组件没有装全，请检查网络或离线组件库后重试；未完成的环境不会被使用。"
        say "Not everything could be installed. Check the network or the offline wheels and start again; nothing half built is used."
        return 1
    fi
    "$place/bin/python" -m compileall -q "$place/lib" >/dev/null 2>&1
    cp "$lock" "$place/lock.new" && mv "$place/lock.new" "$place/lock"
}

environment() { # NAME LOCK
    folder=$root/.env
    if [ ! -d "$folder" ] && ! mkdir "$folder" 2>/dev/null || [ ! -w "$folder" ]; then
        folder=${XDG_CACHE_HOME:-$HOME/.cache}/xuncha
        mkdir -p "$folder" || return 1
    fi
    place=$folder/$1
    python=$place/bin/python
    if cmp -s "$2" "$place/lock" && [ -x "$python" ]; then
        return 0
    fi
    # A lock held by a process that is gone is taken over.
    until mkdir "$place.building" 2>/dev/null; do
        owner=$(cat "$place.building/pid" 2>/dev/null)
        if [ -z "$owner" ]; then
            sleep 1
            owner=$(cat "$place.building/pid" 2>/dev/null)
        fi
        if [ -z "$owner" ] || ! kill -0 "$owner" 2>/dev/null; then
            rm -rf "$place.building"
        else
            sleep 1
        fi
    done
    echo $$ >"$place.building/pid"
    trap 'rm -rf "$place.building"' EXIT
    trap 'rm -rf "$place.building"; exit 130' INT TERM HUP
    if ! cmp -s "$2" "$place/lock" || [ ! -x "$python" ]; then
        build "$place" "$2"
        built=$?
    else
        built=0
    fi
    rm -rf "$place.building"
    trap - EXIT INT TERM HUP
    return $built
}
