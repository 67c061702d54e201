#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "model/plan.h"

/// What a server and its worker say to each other: one message of a SOCK_SEQPACKET socket each. The worker says Ready
/// once; then the server says Job and the worker says Answer, one at a time, until the socket closes. Bulk never
/// travels in a message: the descriptors of memory files come along with a Job, in the order original, output, marks.
namespace calotype::cell {

/// No message is longer. It fits the kernel's default socket buffer.
inline constexpr std::size_t kMaxMessage = 192 * 1024;
/// As many marks can come along: a worker may hold 16 descriptors.
inline constexpr std::size_t kMaxMarks = 9;

/// Said once the sandbox has closed.
struct Ready {
  std::uint32_t layers = 0;  ///< bits of sandbox::Layers
  int landlock_abi = 0;
  std::uint64_t address_space = 0;  ///< bytes that are mapped before the first job: the floor under every budget
  bool operator==(const Ready&) const = default;
};

enum class JobKind : std::uint8_t {
  probe,
  render,
  measure,
  page,     ///< of the document, the page that the plan names: as probe
  attempt,  ///< tries to break out of the sandbox (attempts.h): must fail or die
};

struct Job {
  std::uint64_t id = 0;
  JobKind kind = JobKind::probe;
  std::uint8_t argument = 0;  ///< of an attempt: which
  std::uint64_t original_bytes = 0;
  std::uint64_t output_bytes = 0;         ///< room in the output file; 0: there is none
  std::vector<std::uint64_t> mark_bytes;  ///< 0: there is no such mark, and no descriptor of it
  std::vector<ImageInfo> mark_infos;
  Plan plan;  ///< of render, measure and page
  bool operator==(const Job&) const = default;

  /// How many descriptors come along.
  std::size_t descriptors() const {
    std::size_t count = (original_bytes > 0 ? 1U : 0U) + (output_bytes > 0 ? 1U : 0U);
    for (const auto bytes : mark_bytes) count += bytes > 0 ? 1U : 0U;
    return count;
  }
};

/// How a job ended. Comes from a process that foreign bytes may have taken over: read it as an input.
struct Answer {
  std::uint64_t id = 0;
  bool is_ok = false;
  std::uint64_t body_bytes = 0;  ///< render: written to the output
  Size size;                     ///< render
  int frames = 1;                ///< render
  Box kept;                      ///< measure
  ImageInfo info;                ///< probe, page
  std::uint64_t cpu_micros = 0;  ///< of this job
  std::uint64_t peak_bytes = 0;  ///< resident, since the worker started
  Fault fault = Fault::internal;
  std::string code;
  std::string message;
  bool operator==(const Answer&) const = default;
};

std::string encode(const Ready& ready);
std::string encode(const Job& job);
std::string encode(const Answer& answer);
/// Each throws internal for another kind of message, another version, or one that is damaged.
Ready decode_ready(std::string_view message);
Job decode_job(std::string_view message);
Answer decode_answer(std::string_view message);

}  // namespace calotype::cell
