#pragma once

#include <string>

#include "model/plan.h"

namespace calotype::transform {

/// One line for people: "resize 300x169 lanczos3". For logs, tests and explanations; not parsed.
std::string describe(const plan::Step& step);

/// One line for each thing a plan does: what is read, the steps, what is written, what it costs.
std::string describe(const Plan& plan);

}  // namespace calotype::transform
