#pragma once

#include "engine/decode.h"
#include "engine/engine.h"

namespace calotype::engine {

/// Puts the pixels of a PNG that is whole, and fits into the budget, into the reel, in place of libvips' loader, which
/// would compute the same ones as they are read. They lie in the worker's arena. Whatever else was opened stays as it
/// is.
void read_quickly(const Plan& plan, const Input& input, Reel& reel);

}  // namespace calotype::engine
