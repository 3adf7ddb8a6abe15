# Where the Python environment of a lock is; it is built on first use. Sourced by the commands of bin/.
#
#   environment NAME LOCK    sets $python to the interpreter of the environment NAME of $root, built from LOCK
#
# An environment bears the checksum of its lock in its name and gets that name, by rename, only when it is whole: what
# is there can be used, and a changed lock has another name. Environments stand in .env/ of the checkout, or in the
# user's cache where the checkout cannot be written. The way to an environment that exists starts one small program
# and no Python.

say() { printf '%s\n' "$@" >&2; }

environment() { # NAME LOCK
    unset PYTHONHOME
    key=$(cksum <"$2") || return 1
    key=$1-${key%% *}-${key##* }
    if [ -n "${XUNCHA_PYTHON:-}" ]; then
        chosen=$(printf %s "$XUNCHA_PYTHON" | cksum)
        key=$key-${chosen%% *}
    fi
    cache=${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/xuncha
    # The compiled modules of a checkout that cannot be written go to the cache too.
    [ -w "$root/xuncha" ] || export PYTHONPYCACHEPREFIX="$cache/compiled"
    for folder in "$root/.env" "$cache"; do
        python=$folder/$key/bin/python
        if [ -x "$python" ]; then return 0; fi
    done
    _build "$key" "$2"
}

_build() { # KEY LOCK
    base=$(_find_python) || return 1
    for folder in "$root/.env" "$cache"; do
        if mkdir -p "$folder" 2>/dev/null && [ -w "$folder" ]; then
            python=$folder/$1/bin/python
            "$base" -I "$root/bin/environment.py" "$folder/$1" "$2" >&2
            return
        fi
    done
    say "不能写入 $root/.env，也不能写入 $cache，无处存放运行环境。" \
        "Neither $root/.env nor $cache can be written: there is no place for the environment."
    return 1
}

_find_python() {
    if [ -n "${XUNCHA_PYTHON:-}" ]; then
        if _is_recent "$XUNCHA_PYTHON"; then
            command -v "$XUNCHA_PYTHON"
            return 0
        fi
        say "XUNCHA_PYTHON 指定的 $XUNCHA_PYTHON 不存在，或低于 Python 3.11。" \
            "XUNCHA_PYTHON names $XUNCHA_PYTHON, which is not there or is older than Python 3.11."
        return 1
    fi
    # Best one that can make environments by itself; else any, and environment.py says what it lacks.
    for modules in sys,ensurepip,venv sys; do
        for candidate in python3.13 python3.12 python3.11 python3.14 python3 python; do
            if _is_recent "$candidate" "$modules"; then
                command -v "$candidate"
                return 0
            fi
        done
    done
    say "没有找到 Python 3.11 或更高版本。请先安装，或用环境变量 XUNCHA_PYTHON 指明其位置。" \
        "No Python 3.11 or later was found. Install one, or name it in the variable XUNCHA_PYTHON."
    return 1
}

_is_recent() { # PROGRAM [MODULES]    it may be a stand-in that only says it is missing, so it is run
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -I -c "import ${2:-sys}; import sys; sys.exit(sys.version_info < (3, 11))" >/dev/null 2>&1 </dev/null
}
