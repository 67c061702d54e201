# calotype_embed(<target> HEADER <adapters/sqlite/migration_texts.h> SYMBOL <kName> FILES <file>...)
#
# Makes a header of the files' contents, for the target alone: an array `kName` of pairs of name and text,
# in the order given. It is made anew when a file changes.

set(CALOTYPE_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed_files.cmake)

function(calotype_embed target)
  cmake_parse_arguments(E "" "HEADER;SYMBOL" "FILES" ${ARGN})
  set(header ${CMAKE_CURRENT_BINARY_DIR}/embedded/${E_HEADER})
  list(JOIN E_FILES "|" files)
  add_custom_command(
    OUTPUT ${header}
    COMMAND ${CMAKE_COMMAND} -DOUT=${header} -DSYMBOL=${E_SYMBOL} "-DFILES=${files}" -P ${CALOTYPE_EMBED_SCRIPT}
    DEPENDS ${E_FILES} ${CALOTYPE_EMBED_SCRIPT}
    COMMENT "embed ${E_HEADER}" VERBATIM)
  target_sources(${target} PRIVATE ${header})
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/embedded)
endfunction()
