#include "cell/plan_codec.h"

#include <gmock/gmock.h>

#include <limits>

#include "cell/plan_samples.h"
#include "core/error.h"

namespace calotype::cell {
namespace {

TEST(PlanCodec, HasASampleOfEveryKindOfStep) {
  const auto plan = plan_with_everything();

  ASSERT_EQ(plan.steps.size(), std::variant_size_v<plan::Step>);
  for (std::size_t i = 0; i < plan.steps.size(); ++i) EXPECT_EQ(plan.steps[i].index(), i);
}

TEST(PlanCodec, GivesBackThePlanThatWasEncoded) {
  const auto plan = plan_with_everything();

  EXPECT_EQ(decode_plan(encode_plan(plan)), plan);
}

TEST(PlanCodec, GivesBackEveryStepAlone) {
  for (const auto& step : plan_with_everything().steps) {
    Plan plan;
    plan.steps = {step};

    EXPECT_EQ(decode_plan(encode_plan(plan)), plan) << step.index();
  }
}

TEST(PlanCodec, GivesBackADefaultPlan) { EXPECT_EQ(decode_plan(encode_plan(Plan())), Plan()); }

TEST(PlanCodec, RefusesEveryTruncation) {
  const auto bytes = encode_plan(plan_with_everything());

  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_THROW(decode_plan(std::string_view(bytes).substr(0, length)), Error) << length;
  }
}

TEST(PlanCodec, RefusesBytesBehindTheEnd) { EXPECT_THROW(decode_plan(encode_plan(Plan()) + "x"), Error); }

TEST(PlanCodec, DecodesWhatItAcceptsToWhatWouldBeEncodedSo) {
  // Every bit flipped once: refused, or another plan that round-trips.
  const auto bytes = encode_plan(plan_with_everything());
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    auto changed = bytes;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    try {
      EXPECT_EQ(encode_plan(decode_plan(changed)), changed) << bit;
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::internal);
    }
  }
}

template <class Change>
void expect_refused(Change change) {
  auto plan = plan_with_everything();
  change(plan);
  EXPECT_THROW(decode_plan(encode_plan(plan)), Error);
}

TEST(PlanCodec, RefusesNumbersOutOfRange) {
  expect_refused([](Plan& p) { p.decode.info.orientation = 9; });
  expect_refused([](Plan& p) { p.decode.info.size.width = -1; });
  expect_refused([](Plan& p) { p.decode.frames.count = 0; });
  expect_refused([](Plan& p) { p.output.quality = 101; });
  expect_refused([](Plan& p) { p.output.speed = std::numeric_limits<double>::quiet_NaN(); });
  expect_refused([](Plan& p) { p.output.speed = std::numeric_limits<double>::infinity(); });
  expect_refused([](Plan& p) { p.budget.memory_bytes = -1; });
  expect_refused([](Plan& p) { p.steps = {plan::Pixelate{.cell = 0}}; });
  expect_refused([](Plan& p) { p.output.format = ImageFormat::heic; });
  expect_refused([](Plan& p) { p.output.format = ImageFormat::pdf; });
  expect_refused([](Plan& p) { p.output.format = static_cast<ImageFormat>(11); });
  expect_refused([](Plan& p) { p.output.measured->max = 101; });
  expect_refused([](Plan& p) { p.steps = {plan::Text{.text = std::string(5000, 'a')}}; });
  expect_refused([](Plan& p) { p.steps = {plan::Text{.padding = -1}}; });
  expect_refused([](Plan& p) { p.steps = {plan::Text{.width = 0}}; });
  expect_refused([](Plan& p) { p.output.encoder.max_bytes = 0; });
}

}  // namespace
}  // namespace calotype::cell
