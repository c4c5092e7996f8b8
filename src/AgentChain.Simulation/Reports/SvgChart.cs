using System.Globalization;
using System.Text;

namespace AgentChain.Simulation;

/// <summary>
/// Draws one chart as inline SVG with a title and a description for screen readers. Colors come from the page's style, and no series is
/// told by its color alone: lines differ in their dashes, bars in their patterns.
/// </summary>
sealed class SvgChart
{
    public const int Width = 720;
    public const int Left = 150;
    public const int Right = 24;
    public const int Top = 40;

    readonly StringBuilder _svg = new();
    readonly int _height;

    public SvgChart(string id, int height, string title, string description)
    {
        _height = height;
        _svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\">\n<title id=\"{id}-title\">{Shown.Html(title)}</title>\n<desc id=\"{id}-desc\">{Shown.Html(description)}</desc>\n");
    }

    /// <summary>Gets the width of the area inside the axes.</summary>
    public static double Inner => Width - Left - Right;

    public void Line(double x1, double y1, double x2, double y2, string kind) => _svg.Append(CultureInfo.InvariantCulture, $"<line class=\"{kind}\" x1=\"{Shown.Number(x1)}\" y1=\"{Shown.Number(y1)}\" x2=\"{Shown.Number(x2)}\" y2=\"{Shown.Number(y2)}\"/>\n");

    /// <summary>Draws a bar that shows its text when a pointer rests on it; a table beside the chart has the same number.</summary>
    public void Bar(double x, double y, double width, double height, string kind, string text)
    {
        if (width > 0)
        {
            _svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"{kind}\" x=\"{Shown.Number(x)}\" y=\"{Shown.Number(y)}\" width=\"{Shown.Number(width)}\" height=\"{Shown.Number(height)}\"><title>{Shown.Html(text)}</title></rect>\n");
        }
    }

    public void Text(double x, double y, string text, string anchor = "start", string kind = "label") => _svg.Append(CultureInfo.InvariantCulture, $"<text class=\"{kind}\" x=\"{Shown.Number(x)}\" y=\"{Shown.Number(y)}\" text-anchor=\"{anchor}\">{Shown.Html(text)}</text>\n");

    public void Path(IEnumerable<(double X, double Y)> points, string kind)
    {
        string data = string.Join(' ', points.Select((point, at) => $"{(at == 0 ? 'M' : 'L')}{Shown.Number(point.X)} {Shown.Number(point.Y)}"));
        if (data.Length > 0)
        {
            _svg.Append(CultureInfo.InvariantCulture, $"<path class=\"{kind}\" d=\"{data}\"/>\n");
        }
    }

    /// <summary>Draws the legend above the chart: a short line or a small bar for each series.</summary>
    public void Legend(bool lines, params (string Kind, string Name)[] series)
    {
        double x = Left;
        foreach ((string kind, string name) in series)
        {
            if (lines)
            {
                Line(x, 16, x + 28, 16, kind);
            }
            else
            {
                Bar(x, 9, 28, 14, kind, name);
            }

            Text(x + 34, 20, name);
            x += 54 + (name.Length * 7.2);
        }
    }

    /// <summary>Draws the grid of percentages from 0 to 100.</summary>
    public void Percentages(double top, double bottom)
    {
        for (int percent = 0; percent <= 100; percent += 25)
        {
            double y = bottom - (percent / 100.0 * (bottom - top));
            Line(Left, y, Width - Right, y, "grid");
            Text(Left - 8, y + 4, OptionCheck.Text($"{percent} %"), "end");
        }
    }

    /// <summary>Draws marks at round times along the bottom, and returns the position of a time.</summary>
    public Func<TimeSpan, double> Times(TimeSpan most, double top, double bottom, string name)
    {
        double range = Math.Max(1, most.Ticks);
        double step = Step(range);
        for (double at = 0; at <= range; at += step)
        {
            double x = Left + (at / range * Inner);
            Line(x, top, x, bottom, "grid");
            Text(x, bottom + 18, Mark(new TimeSpan((long)at), new TimeSpan((long)range)), "middle");
        }

        Text(Left + (Inner / 2), bottom + 36, name, "middle");
        return time => Left + (Math.Clamp(time.Ticks / range, 0, 1) * Inner);
    }

    public string End() => _svg.Append("</svg>\n").ToString();

    public int Height => _height;

    /// <summary>Returns a round step with four to ten marks in the range; for times above a minute, one that divides an hour.</summary>
    static double Step(double range)
    {
        foreach (double seconds in (ReadOnlySpan<double>)[10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400])
        {
            if (range / TimeSpan.TicksPerSecond > 60 && range / (seconds * TimeSpan.TicksPerSecond) <= 8)
            {
                return seconds * TimeSpan.TicksPerSecond;
            }
        }

        double power = Math.Pow(10, Math.Floor(Math.Log10(range)));
        return (range / power) switch { < 1.5 => power / 5, < 3.5 => power / 2, < 7 => power, _ => 2 * power };
    }

    static string Mark(TimeSpan at, TimeSpan range) =>
        range >= TimeSpan.FromHours(3) ? OptionCheck.Text($"{at.TotalHours:0.##} h")
        : range >= TimeSpan.FromMinutes(3) ? OptionCheck.Text($"{at.TotalMinutes:0.##} min")
        : range >= TimeSpan.FromSeconds(3) ? OptionCheck.Text($"{at.TotalSeconds:0.##} s")
        : OptionCheck.Text($"{at.TotalMilliseconds:0.##} ms");
}
