#include "cell/message.h"

#include "cell/archive.h"
#include "cell/plan_codec.h"

namespace calotype::cell {
namespace {

constexpr std::uint32_t kMagic = 0x65746c63;  // "clte"
constexpr std::uint16_t kVersion = 2;
constexpr std::size_t kText = 512;

enum class Kind : std::uint8_t { ready, job, answer };

/// Both programs are built from one tree: another version is a mixed installation, and is refused.
struct Header {
  std::uint32_t magic = kMagic;
  std::uint16_t version = kVersion;
  Kind kind = Kind::ready;
  std::uint32_t length = 0;
};

template <class A, class T>
void header(A& a, T& v) {
  a.number(v.magic);
  a.number(v.version);
  a.choice(v.kind, Kind::answer);
  a.number(v.length);
}

template <class A, class T>
void ready(A& a, T& v) {
  a.number(v.layers);
  a.number(v.landlock_abi, 0, 1000);
  a.number(v.address_space);
}

template <class A, class T>
void job(A& a, T& v) {
  a.number(v.id);
  a.choice(v.kind, JobKind::attempt);
  a.number(v.argument);
  a.number(v.original_bytes);
  a.number(v.output_bytes);
  a.list(v.mark_bytes, kMaxMarks, [&a](auto& n) { a.number(n); });
  a.list(v.mark_infos, kMaxMarks, [&a](auto& i) { describe(a, i); });
  bool has_plan = v.kind == JobKind::render || v.kind == JobKind::measure || v.kind == JobKind::page;
  a.flag(has_plan);
  if (has_plan) describe(a, v.plan);
}

template <class A, class T>
void answer(A& a, T& v) {
  a.number(v.id);
  a.flag(v.is_ok);
  a.number(v.body_bytes);
  describe(a, v.size);
  a.number(v.frames, 1, 10'000'000);
  describe(a, v.kept);
  describe(a, v.info);
  a.number(v.cpu_micros);
  a.number(v.peak_bytes);
  a.choice(v.fault, Fault::internal);
  a.text(v.code, kText);
  a.text(v.message, kText);
}

std::string seal(Kind kind, const std::string& payload) {
  Writer writer;
  const Header head{.kind = kind, .length = static_cast<std::uint32_t>(payload.size())};
  header(writer, head);
  return writer.take() + payload;
}

Reader unseal(Kind kind, std::string_view message) {
  Reader reader(message);
  Header head;
  header(reader, head);
  if (head.magic != kMagic || head.version != kVersion) Reader::refuse("another version of the worker");
  if (head.kind != kind) Reader::refuse("another kind of message");
  if (head.length != reader.left()) Reader::refuse("a wrong length");
  return reader;
}

}  // namespace

std::string encode(const Ready& value) {
  Writer writer;
  ready(writer, value);
  return seal(Kind::ready, writer.take());
}

std::string encode(const Job& value) {
  Writer writer;
  job(writer, value);
  return seal(Kind::job, writer.take());
}

std::string encode(const Answer& value) {
  Answer fitting = value;
  if (fitting.code.size() > kText) fitting.code.resize(kText);
  if (fitting.message.size() > kText) fitting.message.resize(kText);
  Writer writer;
  answer(writer, std::as_const(fitting));
  return seal(Kind::answer, writer.take());
}

Ready decode_ready(std::string_view message) {
  auto reader = unseal(Kind::ready, message);
  Ready value;
  ready(reader, value);
  reader.finish();
  return value;
}

Job decode_job(std::string_view message) {
  auto reader = unseal(Kind::job, message);
  Job value;
  job(reader, value);
  reader.finish();
  if (value.mark_bytes.size() != value.mark_infos.size()) Reader::refuse("marks without their headers");
  return value;
}

Answer decode_answer(std::string_view message) {
  auto reader = unseal(Kind::answer, message);
  Answer value;
  answer(reader, value);
  reader.finish();
  return value;
}

}  // namespace calotype::cell
