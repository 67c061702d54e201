#include "cli/transform_command.h"

#include <ostream>

#include "core/error.h"
#include "transform/describe.h"
#include "transform/planner.h"

namespace calotype::cli {

namespace {

constexpr std::size_t kMostInput = 1 << 30;
constexpr std::size_t kMostRule = 1 << 20;

/// The format that OUT's ending asks for.
std::optional<ImageFormat> format_of_path(const std::string& path) {
  const auto dot = path.rfind('.');
  if (dot == std::string::npos) return std::nullopt;
  std::string ending = path.substr(dot + 1);
  std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return std::tolower(c); });
  if (ending == "jpeg") ending = "jpg";
  if (ending == "tif") ending = "tiff";
  return format_named(ending);
}

/// What a browser would take; where none was said, what OUT's ending asks for.
transform::Accepts accepts_of(const TransformOptions& options) {
  auto accepts = transform::Accepts::from_header(options.accept);
  const auto by_path = format_of_path(options.out);
  if (options.accept.empty() && by_path) {
    accepts.avif = *by_path == ImageFormat::avif;
    accepts.webp = *by_path == ImageFormat::webp;
  }
  return accepts;
}

/// The rule's own choice; OUT's ending decides only where the rule leaves it open.
ImageFormat choose_format(const TransformOptions& options, const Rule& rule, const ImageInfo& source) {
  const auto by_path = format_of_path(options.out);
  if (rule.format.kind == rule::Format::Kind::origin && by_path && *by_path != ImageFormat::heic &&
      !is_document(*by_path)) {
    return *by_path;
  }
  return transform::choose_format(rule, source, accepts_of(options));
}

struct Marks {
  std::vector<SharedSource> sources;
  std::vector<std::optional<ImageInfo>> headers;
};

/// The file of each of the rule's watermarks. Throws missing where none was given and the rule does not skip it.
Task<Marks> open_marks(Context ctx, const TransformOptions& options, const Rule& rule, ImageEngine& engine) {
  Marks marks;
  for (const auto& watermark : rule.watermarks) {
    const auto given = std::find_if(options.watermarks.begin(), options.watermarks.end(),
                                    [&](const auto& pair) { return pair.first == watermark.id; });
    if (given != options.watermarks.end()) {
      const auto source = source_of(read_input(given->second, kMostInput));
      const auto header = co_await engine.probe(ctx, source);
      marks.sources.push_back(source);
      marks.headers.emplace_back(header);
    } else if (watermark.on_missing == rule::Watermark::OnMissing::skip) {
      marks.sources.emplace_back();
      marks.headers.emplace_back();
    } else {
      throw Error(Fault::missing, fmt::format("the rule lays a watermark{}{}: give its file with --watermark {}=FILE",
                                              watermark.id.empty() ? "" : " ", watermark.id, watermark.id));
    }
  }
  co_return marks;
}

RenderJob job_of(const SharedSource& original, const Plan& plan, const Marks& marks) {
  RenderJob job{.original = original, .plan = plan, .marks = marks.sources};
  for (const auto& header : marks.headers) job.mark_infos.push_back(header.value_or(ImageInfo{}));
  return job;
}

}  // namespace

Task<Exit> transform_picture(Context ctx, TransformOptions options, ImageEngine& engine, std::ostream& err) {
  const auto document = rules::parse(read_input(options.rule, kMostRule));
  auto bytes = read_input(options.in, kMostInput);
  const auto content = Digest::of(bytes);
  const auto size_bytes = bytes.size();
  const auto original = source_of(std::move(bytes));
  auto header = co_await engine.probe(ctx, original);
  const auto accepts = accepts_of(options);
  const rules::Facts facts{.source = &header,
                           .bytes = size_bytes,
                           .takes_avif = accepts.avif,
                           .takes_webp = accepts.webp,
                           .hints = options.hints};
  auto bound = rules::bind(document, options.parameters, rules::holding(document, options.parameters, facts));
  if (is_document(header.format)) {
    PageJob job{.original = original, .page = bound.rule.source.page, .density = bound.rule.source.density};
    header = co_await engine.look_at(ctx, std::move(job));
    transform::read_page(bound.rule, bound.rule.source.page);
  }
  const auto marks = co_await open_marks(ctx, options, bound.rule, engine);
  const auto format = choose_format(options, bound.rule, header);

  const transform::Limits limits;
  auto plan = transform::make_plan(bound.rule, header, std::nullopt, marks.headers, format, limits);
  if (plan.is_measuring()) {
    auto measuring = job_of(original, plan, marks);
    measuring.content = content;
    const auto measured = co_await engine.measure(ctx, std::move(measuring));
    plan = transform::make_plan(bound.rule, header, std::nullopt, marks.headers, format, limits, measured.kept);
  }
  if (options.explains) err << transform::describe(plan) << "\n";

  auto job = job_of(original, plan, marks);
  job.content = content;
  const auto rendition = co_await engine.render(ctx, std::move(job));
  write_output(options.out, rendition.body.text());
  co_return Exit::ok;
}

Task<Exit> print_info(Context ctx, std::string path, ImageEngine& engine, std::ostream& out) {
  const auto original = source_of(read_input(path, kMostInput));
  const auto header = co_await engine.probe(ctx, original);
  out << fmt::format(
      R"({{"format":"{}","width":{},"height":{},"frames":{},"animated":{},"bit_depth":{},"alpha":{},"interlaced":{},)"
      R"("profile":{},"orientation":{}}})",
      name_of(header.format), header.size.width, header.size.height, header.frames, header.is_animated,
      header.bit_depth, header.has_alpha, header.is_interlaced, header.has_profile, header.orientation);
  out << "\n";
  co_return Exit::ok;
}

Exit exit_of(const Error& error) {
  if (error.code() == "invalid-rule") return Exit::bad_rule;
  if (error.fault() == Fault::unsupported || error.fault() == Fault::unprocessable) return Exit::bad_picture;
  return Exit::failed;
}

}  // namespace calotype::cli
