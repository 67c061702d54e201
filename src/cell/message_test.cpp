#include "cell/message.h"

#include <gmock/gmock.h>

#include "cell/plan_samples.h"

namespace calotype::cell {
namespace {

Job job() {
  return {.id = 77,
          .kind = JobKind::render,
          .argument = 3,
          .original_bytes = 1'000,
          .output_bytes = 2'000,
          .mark_bytes = {5, 6},
          .mark_infos = {ImageInfo(), {.format = ImageFormat::png, .size = {.width = 3, .height = 4}}},
          .plan = plan_with_everything()};
}

TEST(Message, GivesBackWhatWasEncoded) {
  const Ready ready{.layers = 63, .landlock_abi = 7, .address_space = 1ULL << 33U};
  const Answer answer{.id = 77,
                      .is_ok = true,
                      .body_bytes = 9,
                      .size = {.width = 3, .height = 4},
                      .frames = 5,
                      .kept = {.left = 1, .top = 2, .width = 3, .height = 4},
                      .info = {.format = ImageFormat::gif, .frames = 9},
                      .cpu_micros = 10,
                      .peak_bytes = 11,
                      .fault = Fault::too_large,
                      .code = "c",
                      .message = "m"};

  EXPECT_EQ(decode_ready(encode(ready)), ready);
  EXPECT_EQ(decode_job(encode(job())), job());
  EXPECT_EQ(decode_answer(encode(answer)), answer);
}

TEST(Message, HasADescriptorForEachFileThatIsThere) {
  auto some = job();
  EXPECT_EQ(some.descriptors(), 4U);
  some.mark_bytes = {0, 6};
  EXPECT_EQ(some.descriptors(), 3U);
  EXPECT_EQ(decode_job(encode(some)), some);
}

TEST(Message, CarriesAPlanOnlyWhereOneIsNeeded) {
  auto probe = job();
  probe.kind = JobKind::probe;

  EXPECT_LT(encode(probe).size(), 200U);
  EXPECT_EQ(decode_job(encode(probe)).plan, Plan());
}

TEST(Message, IsNotTakenForAnotherKind) {
  EXPECT_THROW(decode_job(encode(Ready())), Error);
  EXPECT_THROW(decode_answer(encode(job())), Error);
  EXPECT_THROW(decode_ready("nonsense"), Error);
  EXPECT_THROW(decode_ready(""), Error);
}

TEST(Message, OfAnotherVersionIsRefused) {
  auto message = encode(Ready());
  ++message[4];

  EXPECT_THROW(decode_ready(message), Error);
}

TEST(Message, OfAWrongLengthIsRefused) {
  EXPECT_THROW(decode_ready(encode(Ready()) + "x"), Error);
  EXPECT_THROW(decode_ready(encode(Ready()).substr(0, 12)), Error);
}

TEST(Message, ShortensAnAnswersWords) {
  const Answer answer{.message = std::string(10'000, 'x')};

  EXPECT_EQ(decode_answer(encode(answer)).message.size(), 512U);
}

TEST(Message, RefusesMarksWithoutHeaders) {
  auto odd = job();
  odd.mark_infos.pop_back();

  EXPECT_THROW(decode_job(encode(odd)), Error);
}

TEST(Message, CountsTheDescriptorsThatComeAlong) {
  EXPECT_EQ(job().descriptors(), 4U);
  EXPECT_EQ(Job().descriptors(), 0U);
}

}  // namespace
}  // namespace calotype::cell
