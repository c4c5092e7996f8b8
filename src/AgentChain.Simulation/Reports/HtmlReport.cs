using System.Globalization;
using System.Text;

namespace AgentChain.Simulation;

/// <summary>
/// Writes results as one self-contained HTML page: no script, no other file. Each chart stands beside the table of its numbers, headings
/// and landmarks lead through the page by keyboard, and wide tables scroll by it.
/// </summary>
static class HtmlReport
{
    const string Style = """
        :root { color-scheme: light dark; --ink: #1b1b1f; --paper: #fff; --soft: #5c5f66; --grid: #d9dbe0; --a: #0b62a8; --b: #b34700; --c: #6f7682; --limit: #a3123a; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e8e8ec; --paper: #16171a; --soft: #a9adb6; --grid: #3a3d44; --a: #6db7f2; --b: #f0a35e; --c: #8d94a1; --limit: #ff7f9f; } }
        body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0 auto; padding: 1rem 1.5rem 4rem; max-width: 82rem; }
        a { color: var(--a); } a:focus-visible, .scroll:focus-visible { outline: 3px solid var(--a); outline-offset: 2px; }
        .skip { position: absolute; left: -100vw; } .skip:focus { position: static; }
        nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; padding: 0; }
        .lead { font-size: 1.15rem; } .soft, caption { color: var(--soft); }
        .pair { display: flex; flex-wrap: wrap; gap: 1rem 2rem; align-items: flex-start; } .pair > * { flex: 1 1 26rem; min-width: 0; }
        .scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: .9rem; } caption { text-align: left; padding-bottom: .25rem; }
        th, td { padding: .25rem .75rem .25rem 0; text-align: right; border-bottom: 1px solid var(--grid); white-space: nowrap; } th:first-child { text-align: left; }
        svg { width: 100%; height: auto; max-width: 46rem; font: 13px system-ui, sans-serif; } svg text { fill: var(--ink); }
        .grid { stroke: var(--grid); } .limit { stroke: var(--limit); stroke-width: 2; stroke-dasharray: 2 4; }
        .line { fill: none; stroke-width: 2.5; } .line.a { stroke: var(--a); } .line.b { stroke: var(--b); stroke-dasharray: 8 5; }
        .bar { stroke: var(--ink); stroke-width: .75; } .run { fill: var(--a); } .wait { fill: url(#stripes); } .queue { fill: url(#dots); }
        @media print { .skip, nav { display: none; } }
        """;

    /// <summary>The patterns of the bars, once for the page.</summary>
    const string Patterns = """
        <svg width="0" height="0" style="position:absolute" aria-hidden="true" focusable="false"><defs>
        <pattern id="stripes" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="8" height="8" fill="var(--paper)"/><rect width="4" height="8" fill="var(--b)"/></pattern>
        <pattern id="dots" width="7" height="7" patternUnits="userSpaceOnUse"><rect width="7" height="7" fill="var(--paper)"/><circle cx="3.5" cy="3.5" r="1.8" fill="var(--c)"/></pattern>
        </defs></svg>
        """;

    public static string Of(SimulationResult result)
    {
        var html = new StringBuilder();
        string title = $"Simulation of {result.Chain}";
        Begin(html, title, [.. Sections(result)]);
        Lead(html, result);
        Body(html, result);
        return End(html);
    }

    public static string Of(CapacityPlan plan)
    {
        SimulationResult result = plan.Best.Result;
        var html = new StringBuilder();
        Begin(html, $"Capacity plan for {result.Chain}", [("trials", "Configurations"), .. Sections(result)]);
        html.Append(CultureInfo.InvariantCulture, $"<p class=\"lead\">{Shown.Html(TextReport.Headline(plan))}</p>\n");
        Section(html, "trials", "Configurations", ReportCharts.Trials(plan), TextReport.Trials(plan));
        html.Append("<p class=\"soft\">The rest of the page is about the best configuration.</p>\n");
        Lead(html, result);
        Body(html, result);
        return End(html);
    }

    static IEnumerable<(string Id, string Name)> Sections(SimulationResult result)
    {
        yield return ("summary", "Summary");
        yield return ("latency", "Times");
        if (result.All.Devices.Count > 0)
        {
            yield return ("devices", "Devices");
        }

        if (result.All.Blocks.Count > 0)
        {
            yield return ("blocks", "Blocks");
        }

        yield return ("course", "Course");
        if (result.Runs.Count > 1)
        {
            yield return ("seeds", "Seeds");
        }
    }

    static void Lead(StringBuilder html, SimulationResult result) => html.Append(CultureInfo.InvariantCulture, $"<p class=\"lead\">{Shown.Percent(result.Attainment)} of {Shown.Count(result.All.Turns)} turns on {Shown.Html(result.Arrivals)} met the objective ({Shown.Html(result.Objective.ToString())}).</p>\n");

    static void Body(StringBuilder html, SimulationResult result)
    {
        SimulationRun all = result.All;
        Section(html, "summary", "Summary", null, ReportTables.Summary(result), ReportTables.Outcomes(all));
        Section(html, "latency", "Times", ReportCharts.Latency(result), ReportTables.Times(result));
        if (all.Devices.Count > 0)
        {
            Section(html, "devices", "Devices", ReportCharts.Devices(all), ReportTables.Devices(all));
        }

        if (all.Blocks.Count > 0)
        {
            Section(html, "blocks", "Blocks", ReportCharts.Blocks(all), ReportTables.Blocks(all));
        }

        SimulationRun first = result.Runs[0];
        Section(html, "course", OptionCheck.Text($"Course of the run of seed {first.Seed}"), ReportCharts.Timeline(first), ReportTables.Timeline(first));
        if (result.Runs.Count > 1)
        {
            Section(html, "seeds", "Seeds", null, ReportTables.Of(result)[^1]);
        }
    }

    static void Begin(StringBuilder html, string title, (string Id, string Name)[] sections)
    {
        html.Append(CultureInfo.InvariantCulture, $"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>{Shown.Html(title)}</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#report\">Skip to the report</a>\n{Patterns}\n<header>\n<h1>{Shown.Html(title)}</h1>\n<nav aria-label=\"Sections\"><ul>");
        foreach ((string id, string name) in sections)
        {
            html.Append(CultureInfo.InvariantCulture, $"<li><a href=\"#{id}\">{Shown.Html(name)}</a></li>");
        }

        html.Append("</ul></nav>\n</header>\n<main id=\"report\" tabindex=\"-1\">\n");
    }

    static void Section(StringBuilder html, string id, string name, string? chart, params ReportTable[] tables)
    {
        html.Append(CultureInfo.InvariantCulture, $"<section id=\"{id}\" aria-labelledby=\"{id}-name\">\n<h2 id=\"{id}-name\">{Shown.Html(name)}</h2>\n<div class=\"pair\">\n{(chart is null ? "" : $"<figure style=\"margin:0\">\n{chart}</figure>\n")}");
        foreach (ReportTable table in tables)
        {
            table.WriteHtml(html);
        }

        html.Append("</div>\n</section>\n");
    }

    static string End(StringBuilder html) => html.Append("</main>\n</body>\n</html>\n").ToString();
}
