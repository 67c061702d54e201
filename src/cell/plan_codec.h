#pragma once

#include <string>
#include <string_view>

#include "cell/archive.h"
#include "model/plan.h"

/// A Plan as bytes, for the way from the server into the worker.
namespace calotype::cell {

std::string encode_plan(const Plan& plan);
/// Throws internal for bytes that encode_plan cannot have written: unknown choices, numbers out of range, rests.
Plan decode_plan(std::string_view bytes);

/// The same, as a part of a longer message.
void describe(Writer& writer, const Plan& plan);
void describe(Reader& reader, Plan& plan);
void describe(Writer& writer, const ImageInfo& info);
void describe(Reader& reader, ImageInfo& info);
void describe(Writer& writer, const Size& size);
void describe(Reader& reader, Size& size);
void describe(Writer& writer, const Box& box);
void describe(Reader& reader, Box& box);

}  // namespace calotype::cell
