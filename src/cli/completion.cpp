#include "cli/completion.h"

#include <fmt/format.h>

#include "core/error.h"

namespace calotype::cli {

namespace {

/// A command's words joined ("object push") -> its node, in depth.
void walk(const CommandNode& node, const std::string& path,
          std::vector<std::pair<std::string, const CommandNode*>>& all) {
  all.emplace_back(path, &node);
  for (const auto& one : node.below) walk(one, path.empty() ? one.name : path + " " + one.name, all);
}

std::vector<std::pair<std::string, const CommandNode*>> every(const CommandNode& program) {
  std::vector<std::pair<std::string, const CommandNode*>> all;
  walk(program, "", all);
  return all;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::vector<std::string> names_below(const CommandNode& node) {
  std::vector<std::string> names;
  for (const auto& one : node.below) names.push_back(one.name);
  return names;
}

/// For a single-quoted word of a shell.
std::string quoted(const std::string& text) {
  std::string all = "'";
  for (const char c : text) all += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return all + "'";
}

/// For a description between the colons of zsh's _describe.
std::string described(std::string text) {
  for (auto& c : text) {
    if (c == ':') c = ';';
  }
  return text;
}

/// The words before the cursor choose the command: at most noun and verb.
std::string bash(const CommandNode& program) {
  std::string text = R"SH(# calotype's words for bash: source <(calotype completion bash)
_calotype() {
  local word=${COMP_WORDS[COMP_CWORD]} path='' i known
  for ((i = 1; i < COMP_CWORD; ++i)); do
    known=$(_calotype_below "$path")
    [[ ${COMP_WORDS[i]} != -* && " $known " == *" ${COMP_WORDS[i]} "* ]] && path="${path:+$path }${COMP_WORDS[i]}"
  done
  if [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_calotype_flags "$path")" -- "$word")
  else
    mapfile -t COMPREPLY < <(compgen -W "$(_calotype_below "$path")" -- "$word")
    [[ ${#COMPREPLY[@]} -gt 0 ]] || mapfile -t COMPREPLY < <(compgen -f -- "$word")
  fi
}
)SH";
  std::string below = "_calotype_below() {\n  case $1 in\n";
  std::string flags = "_calotype_flags() {\n  case $1 in\n";
  for (const auto& [path, node] : every(program)) {
    if (!node->below.empty())
      below += fmt::format("    {}) echo {} ;;\n", quoted(path), quoted(joined(names_below(*node))));
    flags += fmt::format("    {}) echo {} ;;\n", quoted(path), quoted(joined(node->flags)));
  }
  return text + below + "  esac\n}\n" + flags + "  esac\n}\ncomplete -o filenames -F _calotype calotype\n";
}

std::string zsh(const CommandNode& program) {
  std::string text = R"SH(#compdef calotype
# calotype's words for zsh: calotype completion zsh > "${fpath[1]}/_calotype"
_calotype() {
  local path='' i
  local -a below flags
  for ((i = 2; i < CURRENT; ++i)); do
    _calotype_words "$path"
    [[ ${words[i]} != -* && -n ${(M)below:#${words[i]}:*} ]] && path="${path:+$path }${words[i]}"
  done
  _calotype_words "$path"
  if [[ ${words[CURRENT]} == -* ]]; then
    compadd -- $flags
  elif (( $#below )); then
    _describe command below
  else
    _files
  fi
}
_calotype_words() {
  below=() flags=()
  case $1 in
)SH";
  for (const auto& [path, node] : every(program)) {
    std::string pairs;
    for (const auto& one : node->below) pairs += " " + quoted(one.name + ":" + described(one.doc));
    text += fmt::format("    {}) below=({}) flags=({}) ;;\n", quoted(path), pairs.empty() ? "" : pairs.substr(1),
                        joined(node->flags));
  }
  return text + "  esac\n}\ncompdef _calotype calotype\n";
}

std::string fish(const CommandNode& program) {
  std::string text =
      "# calotype's words for fish: calotype completion fish > ~/.config/fish/completions/calotype.fish\n";
  for (const auto& [path, node] : every(program)) {
    std::string when = "__fish_use_subcommand";
    if (!path.empty()) {
      when.clear();
      for (std::size_t at = 0; at < path.size();) {
        const auto end = std::min(path.find(' ', at), path.size());
        when += (when.empty() ? "" : "; and ") + ("__fish_seen_subcommand_from " + path.substr(at, end - at));
        at = end + 1;
      }
    }
    std::string not_yet;
    if (!path.empty() && !node->below.empty())
      not_yet = "; and not __fish_seen_subcommand_from " + joined(names_below(*node));
    for (const auto& one : node->below)
      text +=
          fmt::format("complete -c calotype -f -n {} -a {} -d {}\n", quoted(when + not_yet), one.name, quoted(one.doc));
    for (const auto& flag : node->flags) {
      if (flag.starts_with("--"))
        text += fmt::format("complete -c calotype -n {} -l {}\n", quoted(when), flag.substr(2));
    }
  }
  return text;
}

}  // namespace

std::string completion_script(const std::string& shell, const CommandNode& program) {
  if (shell == "bash") return bash(program);
  if (shell == "zsh") return zsh(program);
  if (shell == "fish") return fish(program);
  throw Error(Fault::invalid, fmt::format("complete for {}: there are bash, zsh and fish", shell));
}

}  // namespace calotype::cli
