// A credentials file of any bytes is read, or refused as invalid.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "cli/profile.h"
#include "core/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    calotype::cli::parse_credentials(std::string(reinterpret_cast<const char*>(data), size));
  } catch (const calotype::Error& error) {
    if (error.fault() != calotype::Fault::invalid) std::abort();
  }
  return 0;
}
