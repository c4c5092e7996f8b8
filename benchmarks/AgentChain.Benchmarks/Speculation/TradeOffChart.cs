using System.Globalization;
using System.Text;

namespace AgentChain.Benchmarks.Speculation;

/// <summary>The chart's data for one load.</summary>
/// <param name="Load">The load.</param>
/// <param name="Curves">For each score, the controller at rising prices.</param>
/// <param name="Defaults">For each score, the controller with its defaults and a waste budget.</param>
/// <param name="Others">The other policies.</param>
sealed record TradeOffPanel(double Load, Comparison[][] Curves, Comparison[] Defaults, Comparison[] Others);

/// <summary>Saving against waste, as an SVG.</summary>
static class TradeOffChart
{
    const int Width = 480;
    const int Height = 380;
    const int Left = 62;
    const int Top = 56;
    const int Gap = 46;
    const double MostExtra = 0.6;
    const double LeastShare = 0.3;

    static readonly string[] Colours = ["#0072b2", "#009e73", "#e69f00", "#cc3311"];

    public static string Draw(TradeOffPanel[] panels)
    {
        int width = Left + (panels.Length * (Width + Gap)) - 20;
        int height = Top + Height + 92;
        var svg = new StringBuilder();
        Add(svg, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="sans-serif" font-size="13" fill="#222">""");
        Add(svg, $"""<rect width="{width}" height="{height}" fill="#fff"/>""");
        Add(svg, $"""<text x="{Left}" y="24" font-size="16" font-weight="bold">What a saving costs: share of the clairvoyant saving in the median against extra device work</text>""");
        for (int i = 0; i < panels.Length; i++)
        {
            DrawPanel(svg, panels[i], Left + (i * (Width + Gap)));
        }

        DrawLegend(svg, panels[0], height - 22);
        Add(svg, $"""<text transform="translate(16 {Top + (Height / 2)}) rotate(-90)" text-anchor="middle">share of clairvoyant p50 saving, %</text>""");
        svg.Append("</svg>\n");
        return svg.ToString();
    }

    static void DrawPanel(StringBuilder svg, TradeOffPanel panel, int left)
    {
        double X(double extra) => left + (Math.Clamp(extra, 0, MostExtra) / MostExtra * Width);
        double Y(double share) => Top + ((1.05 - Math.Clamp(share, LeastShare, 1.05)) / (1.05 - LeastShare) * Height);
        Add(svg, $"""<text x="{left + (Width / 2)}" y="{Top - 10}" text-anchor="middle" font-weight="bold">load {panel.Load}</text>""");
        for (int percent = 0; percent <= 100 * MostExtra; percent += 10)
        {
            Line(svg, X(percent / 100.0), Y(LeastShare), X(percent / 100.0), Y(1.05), "#e4e4e4");
            Add(svg, $"""<text x="{X(percent / 100.0):0.#}" y="{Top + Height + 18}" text-anchor="middle">{percent}</text>""");
        }

        for (int percent = (int)(100 * LeastShare); percent <= 100; percent += 10)
        {
            Line(svg, left, Y(percent / 100.0), left + Width, Y(percent / 100.0), "#e4e4e4");
            Add(svg, $"""<text x="{left - 8}" y="{Y(percent / 100.0) + 4:0.#}" text-anchor="end">{percent}</text>""");
        }

        Add(svg, $"""<rect x="{left}" y="{Top}" width="{Width}" height="{Height}" fill="none" stroke="#666"/>""");
        Add(svg, $"""<text x="{left + (Width / 2)}" y="{Top + Height + 38}" text-anchor="middle">extra device work, % of sequential</text>""");
        for (int i = 0; i < panel.Curves.Length; i++)
        {
            Comparison[] curve = [.. panel.Curves[i].Where(c => c.Extra <= MostExtra && c.Share >= LeastShare)];
            string points = string.Join(
                ' ', curve.Select(c => string.Create(CultureInfo.InvariantCulture, $"{X(c.Extra):0.#},{Y(c.Share):0.#}")));
            Add(svg, $"""<polyline points="{points}" fill="none" stroke="{Colours[i]}" stroke-width="2"/>""");
            foreach (Comparison at in curve)
            {
                Add(svg, $"""<circle cx="{X(at.Extra):0.#}" cy="{Y(at.Share):0.#}" r="3" fill="{Colours[i]}"/>""");
            }

            Comparison usual = panel.Defaults[i];
            Add(svg, $"""<path d="M{X(usual.Extra):0.#} {Y(usual.Share) - 7:0.#}l7 7l-7 7l-7 -7z" fill="#fff" stroke="{Colours[i]}" stroke-width="2"/>""");
        }

        foreach (Comparison other in panel.Others)
        {
            DrawOther(svg, other, X(other.Extra), Y(other.Share));
        }
    }

    static void DrawOther(StringBuilder svg, Comparison other, double x, double y)
    {
        if (other.Extra > MostExtra)
        {
            Add(svg, $"""<path d="M{x - 9:0.#} {y - 6:0.#}l9 6l-9 6z" fill="#222"/>""");
            Add(svg, $"""<text x="{x - 14:0.#}" y="{y + 4:0.#}" text-anchor="end">{other.Policy.Name}: {100 * other.Extra:0} %</text>""");
            return;
        }

        Add(svg, $"""<path d="M{x - 5:0.#} {y - 5:0.#}l10 10m0 -10l-10 10" stroke="#222" stroke-width="2.5"/>""");
        Add(svg, $"""<text x="{x + 9:0.#}" y="{(other.Extra < 0.01 ? y - 7 : y + 16):0.#}">{other.Policy.Name}</text>""");
    }

    static void DrawLegend(StringBuilder svg, TradeOffPanel panel, int y)
    {
        int x = Left;
        for (int i = 0; i < panel.Curves.Length; i++)
        {
            Line(svg, x, y - 4, x + 28, y - 4, Colours[i], 2);
            string name = panel.Curves[i][0].Policy.Name;
            Add(svg, $"""<text x="{x + 34}" y="{y}">{name}</text>""");
            x += 170;
        }

        Add(svg, $"""<path d="M{x + 8} {y - 11}l7 7l-7 7l-7 -7z" fill="#fff" stroke="#222" stroke-width="2"/>""");
        Add(svg, $"""<text x="{x + 22}" y="{y}">defaults, with the waste budget</text>""");
    }

    static void Line(StringBuilder svg, double x1, double y1, double x2, double y2, string colour, int width = 1) =>
        Add(svg, $"""<line x1="{x1:0.#}" y1="{y1:0.#}" x2="{x2:0.#}" y2="{y2:0.#}" stroke="{colour}" stroke-width="{width}"/>""");

    static void Add(StringBuilder svg, FormattableString element) =>
        svg.Append(element.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
