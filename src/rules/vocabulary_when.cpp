#include "rules/checks.h"
#include "rules/vocabulary.h"

/// Patches that hold for some pictures and some clients, and what they are asked about.
namespace calotype::rules {
namespace {

constexpr double kFarthest = 1e12;
constexpr double kMostWords = 16;

/// The keys of a test: `equal` for any kind of fact, `order` for those that have one.
TypePtr test(std::string_view name, const TypePtr& value, bool has_order, bool may_be_absent) {
  std::vector<Key> keys{{"eq", value, {}, "It is this."},
                        {"ne", value, {}, "It is not this; also where it is absent."},
                        {"in", array_of(value, 1, kMostWords), {}, "It is one of these."}};
  if (has_order) {
    keys.push_back({"lt", value, {}, "It is less."});
    keys.push_back({"lte", value, {}, "It is less, or the same."});
    keys.push_back({"gt", value, {}, "It is more."});
    keys.push_back({"gte", value, {}, "It is more, or the same."});
  }
  if (may_be_absent) keys.push_back({"exists", boolean(), {}, "Whether it is there at all."});
  return make({.kind = Kind::object, .name = name, .keys = std::move(keys), .check = checks::test});
}

std::vector<Key> facts() {
  const auto numeric = test("numberTest", number(0, kFarthest), true, false);
  const auto numeric_or_absent = test("optionalNumberTest", number(0, kFarthest), true, true);
  const auto logical = test("boolTest", boolean(), false, false);
  const auto text = test("textTest", make({.kind = Kind::text, .max = 256}), false, true);
  const auto scalar = test("parameterTest", make({.kind = Kind::scalar}), true, true);
  const auto format = test("formatTest",
                           choice({{"jpg", {}, {"jpeg"}},
                                   {"png"},
                                   {"webp"},
                                   {"avif"},
                                   {"gif"},
                                   {"tiff", {}, {"tif"}},
                                   {"heic", {}, {"heif"}},
                                   {"pdf"}}),
                           false, false);
  const auto space = test("colourspaceTest", choice({{"grey"}, {"rgb"}, {"cmyk"}}), false, false);
  const auto accepted = test("acceptsTest", choice({{"avif"}, {"webp"}}), false, false);
  return {{"source.width", numeric, {}, "Of the upright original, in pixels."},
          {"source.height", numeric, {}, "Of the upright original, in pixels."},
          {"source.megapixels", numeric, {}, "Width times height of one frame, in millions."},
          {"source.aspect", numeric, {}, "Width by height of the upright original."},
          {"source.frames", numeric, {}, "Frames of an animation, or pages."},
          {"source.bytes", numeric, {}, "Of the original as it is stored."},
          {"source.orientation", numeric, {}, "By EXIF, 1 to 8."},
          {"source.alpha", logical, {}, "Whether the original has transparency."},
          {"source.format", format, {}, "Of the original."},
          {"source.colourspace", space, {}, "Of the original."},
          {"object.meta.*", text, {}, "The owner's own metadata of this name."},
          {"client.accepts", accepted, {}, "A format that the client's Accept lists. Sends `Vary: Accept`."},
          {"client.saveData", logical, {}, "Whether the client says `Save-Data: on`. Sends `Vary: Save-Data`."},
          {"client.dpr",
           numeric_or_absent,
           {},
           "Device pixels for a CSS pixel, by the client hint `Sec-CH-DPR`. Sends `Vary: Sec-CH-DPR`."},
          {"param.*", scalar, {}, "The value of the parameter of this name; it exists where the caller gave one."}};
}

TypePtr build_condition() {
  // It stands in itself: so it lives as long as the program, as the description does.
  const auto condition = std::make_shared<Type>();
  condition->kind = Kind::object;
  condition->name = "condition";
  condition->is_closed = true;
  condition->check = checks::condition;
  const auto several = array_of(condition, 1, 8);
  condition->keys = facts();
  condition->keys.push_back({"all", several, {}, "Every one of these holds."});
  condition->keys.push_back({"any", several, {}, "At least one of these holds."});
  condition->keys.push_back({"not", condition, {}, "This does not hold."});
  return condition;
}

}  // namespace

TypePtr condition() {
  static const TypePtr type = build_condition();
  return type;
}

TypePtr when() {
  const auto patch = make({.kind = Kind::patch, .name = "patch", .check = checks::patch});
  const auto entry = make(
      {.kind = Kind::object,
       .name = "conditional",
       .keys = {{"if", condition(), {.required = true}, "When the patch is put upon the rule."},
                {"set",
                 patch,
                 {.required = true},
                 "Keys of the rule: members of objects are put into those that are there, lists and other values "
                 "replace them, null takes one away. None of `version`, `name`, `description`, `extends`, `params`, "
                 "`when` and `policy`."}}});
  auto list = *array_of(entry, 0, kMostPatches);
  list.check = checks::conditions;
  return make(std::move(list));
}

}  // namespace calotype::rules
