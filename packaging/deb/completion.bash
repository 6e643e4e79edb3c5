# bash completion for kioskd. It asks the program, so that it knows every command and option.
_kioskd() {
    local current=${COMP_WORDS[COMP_CWORD]} help
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        help=$(kioskd --help 2>/dev/null | sed -n 's/^    \([a-z][a-z-]*\)\( .*\)\?$/\1/p')
        mapfile -t COMPREPLY < <(compgen -W "$help --help --version" -- "$current")
        return
    fi
    help=$(kioskd "${COMP_WORDS[1]}" --help 2>/dev/null)
    if [[ $current == -* ]]; then
        help=$(grep -o -- '--[a-z][a-z-]*' <<<"$help")
    else
        help=$(grep -o '{[^}]*}' <<<"$help" | tr '{},' '   ')
    fi
    mapfile -t COMPREPLY < <(compgen -W "$help" -- "$current" | sort -u)
    [[ ${#COMPREPLY[@]} -gt 0 || $current == -* ]] || compopt -o default
}
complete -F _kioskd kioskd
