# Run by calotype_embed: writes OUT from FILES (separated by |) under the name SYMBOL. Texts are raw string literals, so a
# text must not hold the closing mark )embedded".

string(REPLACE "|" ";" files "${FILES}")
list(LENGTH files count)
set(text "// Made by cmake/embed.cmake.\n#pragma once\n\n#include <array>\n#include <string_view>\n#include <utility>\n\n// The standard asks compilers for 65536 bytes of a literal; ours take more.\n#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n\nnamespace calotype {\n\n")
string(APPEND text "inline constexpr std::array<std::pair<std::string_view, std::string_view>, ${count}> ${SYMBOL}{{\n")
foreach(file ${files})
  file(READ ${file} content)
  get_filename_component(name ${file} NAME)
  string(FIND "${content}" ")embedded\"" mark)
  if(NOT mark EQUAL -1)
    message(FATAL_ERROR "embed ${file}: it holds the closing mark of a raw string")
  endif()
  string(APPEND text "    {\"${name}\", R\"embedded(${content})embedded\"},\n")
endforeach()
string(APPEND text "}};\n\n}  // namespace calotype\n")
file(WRITE ${OUT} "${text}")
