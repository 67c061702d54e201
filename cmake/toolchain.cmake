# Compiler, language level, warnings, hardening, sanitizers, precompiled headers.

set(CALOTYPE_SANITIZE "" CACHE STRING "comma-separated sanitizers, e.g. address,undefined")
option(CALOTYPE_FUZZ "build the libFuzzer targets" OFF)
option(CALOTYPE_TESTS "build the tests" ON)

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  message(FATAL_ERROR "g++ ${CMAKE_CXX_COMPILER_VERSION} silently miscompiles coroutines: use clang++-19 (docs/adr/0002-compiler.md)")
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

find_program(CCACHE ccache)
if(CCACHE)
  # Two build folders of one tree share their results; precompiled headers need the sloppiness.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD AND NOT CMAKE_BUILD_TYPE STREQUAL "Release")
  add_link_options(-fuse-ld=mold)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
                    -Wnull-dereference -Wimplicit-fallthrough -Wthread-safety -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_compile_options(-Wno-missing-designated-field-initializers -Xclang -fno-pch-timestamp)
else()
  add_compile_options(-Wno-missing-field-initializers)
endif()
add_compile_definitions(BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
                        BOOST_ASIO_NO_DEPRECATED BOOST_ALL_NO_LIB)

if(CALOTYPE_SANITIZE)
  add_compile_options(-fsanitize=${CALOTYPE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -O1 -gline-tables-only)
  add_link_options(-fsanitize=${CALOTYPE_SANITIZE})
  add_compile_definitions(CALOTYPE_SANITIZED)
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-O2 -fstack-protector-strong -fcf-protection -ftrivial-auto-var-init=zero)
  add_compile_definitions(_FORTIFY_SOURCE=2)
  add_link_options(-Wl,-z,relro,-z,now -pie)
else()
  add_compile_options(-O0 -gline-tables-only)
endif()
if(CALOTYPE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
