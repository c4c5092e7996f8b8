using System.Globalization;
using System.Text;

namespace AgentChain.Benchmarks.Simulations.Goodput;

/// <summary>Draws the share of turns on time against the load, as an SVG.</summary>
static class GoodputChart
{
    const int Width = 460;
    const int Height = 340;
    const int Left = 62;
    const int Top = 56;
    const int Gap = 50;
    const double Most = 1.45;

    static readonly string[] Colors = ["#888888", "#e69f00", "#56b4e9", "#0072b2", "#cc79a7", "#222222", "#e69f00", "#999933", "#009e73", "#d62728"];
    static readonly string[] Dashes = ["2 3", "", "6 3", "", "6 3", "2 3", "2 3", "6 3", "6 3", ""];

    public static string Draw(IReadOnlyList<GoodputPanel> panels)
    {
        string[] policies = [.. panels[0].Curves.Keys];
        int width = Left + (panels.Count * (Width + Gap)) - 20;
        int height = Top + Height + 64 + (18 * ((policies.Length + 1) / 2));
        var svg = new StringBuilder();
        Add(svg, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="sans-serif" font-size="13" fill="#222">""");
        Add(svg, $"""<rect width="{width}" height="{height}" fill="#fff"/>""");
        Add(svg, $"""<text x="{Left}" y="24" font-size="16" font-weight="bold">Turns on time (800 ms) against the load of the slowest stage</text>""");
        for (int i = 0; i < panels.Count; i++)
        {
            DrawPanel(svg, panels[i], Left + (i * (Width + Gap)));
        }

        for (int i = 0; i < policies.Length; i++)
        {
            int x = Left + ((i % 2) * (Width + Gap)), y = Top + Height + 62 + (18 * (i / 2));
            Add(svg, $"""<path d="M{x} {y - 4}h34" stroke="{Colors[i]}" stroke-dasharray="{Dashes[i]}" stroke-width="{StrokeOf(i)}" fill="none"/><text x="{x + 42}" y="{y}">{policies[i]}</text>""");
        }

        svg.Append("</svg>\n");
        return svg.ToString();
    }

    static void DrawPanel(StringBuilder svg, GoodputPanel panel, int left)
    {
        double X(double load) => left + ((load - 0.55) / (Most - 0.55) * Width);
        double Y(double share) => Top + ((1 - share) * Height);
        Add(svg, $"""<text x="{left + (Width / 2)}" y="{Top - 10}" text-anchor="middle" font-weight="bold">Azure trace: {panel.Trace}</text>""");
        for (int percent = 0; percent <= 100; percent += 20)
        {
            Add(svg, $"""<path d="M{left} {Y(percent / 100.0):0.#}h{Width}" stroke="#e4e4e4"/><text x="{left - 8}" y="{Y(percent / 100.0) + 4:0.#}" text-anchor="end">{percent}</text>""");
        }

        foreach (double load in panel.Loads)
        {
            Add(svg, $"""<path d="M{X(load):0.#} {Top}v{Height}" stroke="#e4e4e4"/><text x="{X(load):0.#}" y="{Top + Height + 18}" text-anchor="middle">{load}</text>""");
        }

        Add(svg, $"""<rect x="{left}" y="{Top}" width="{Width}" height="{Height}" fill="none" stroke="#666"/>""");
        Add(svg, $"""<text x="{left + (Width / 2)}" y="{Top + Height + 36}" text-anchor="middle">load; turns on time in %</text>""");
        int i = 0;
        foreach ((double OnTime, double Waste)[] curve in panel.Curves.Values)
        {
            string points = string.Join(' ', curve.Select(
                (at, n) => string.Create(CultureInfo.InvariantCulture, $"{X(panel.Loads[n]):0.#},{Y(at.OnTime):0.#}")));
            Add(svg, $"""<polyline points="{points}" fill="none" stroke="{Colors[i]}" stroke-dasharray="{Dashes[i]}" stroke-width="{StrokeOf(i)}"/>""");
            i++;
        }
    }

    static int StrokeOf(int policy) => policy == Colors.Length - 1 ? 3 : 2;

    static void Add(StringBuilder svg, FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
