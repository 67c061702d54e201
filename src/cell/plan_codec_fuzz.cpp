#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "cell/message.h"
#include "cell/plan_codec.h"
#include "core/error.h"

/// What is decoded from any bytes encodes to the same bytes; messages are decoded or refused.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace calotype;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    if (cell::encode_plan(cell::decode_plan(bytes)) != bytes) std::abort();
  } catch (const Error&) {
  }
  try {
    if (cell::encode(cell::decode_job(bytes)) != bytes) std::abort();
  } catch (const Error&) {
  }
  try {
    if (cell::encode(cell::decode_answer(bytes)) != bytes) std::abort();
  } catch (const Error&) {
  }
  return 0;
}
