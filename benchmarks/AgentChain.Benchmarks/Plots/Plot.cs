using System.Globalization;
using System.Text;

namespace AgentChain.Benchmarks.Plots;

/// <summary>
/// One panel of a plot as SVG: a frame with a grid and names, lines, points and bands in it, and a legend above. Lines differ in their
/// dashes as well as in their colours.
/// </summary>
/// <param name="title">The text above the panel.</param>
/// <param name="x">The horizontal axis.</param>
/// <param name="y">The vertical axis.</param>
sealed class Plot(string title, PlotAxis x, PlotAxis y)
{
    const int Width = 460;
    const int Height = 340;
    const int Left = 74;
    const int Top = 84;
    const int Panel = Left + Width + 30;

    static readonly string[] Colours = ["#0072b2", "#cc3311", "#009e73", "#e69f00", "#785ef0"];
    static readonly string[] Dashes = ["", "7 4", "2 3", "10 3 2 3", "1 5"];

    readonly StringBuilder _svg = new();
    readonly List<(string Name, int Style, bool HasPoints)> _legend = [];

    /// <summary>Draws panels side by side.</summary>
    public static string Draw(string title, string description, params ReadOnlySpan<Plot> panels)
    {
        int width = panels.Length * Panel, height = Top + Height + 66;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"13\" fill=\"#222\" role=\"img\" aria-labelledby=\"title desc\">\n");
        svg.Append($"<title id=\"title\">{Text(title)}</title>\n<desc id=\"desc\">{Text(description)}</desc>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"24\" font-size=\"16\" font-weight=\"bold\">{Text(title)}</text>\n");
        for (int i = 0; i < panels.Length; i++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate({i * Panel} 0)\">\n{panels[i].Body()}</g>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>Adds a series with its name in the legend.</summary>
    public Plot Series(string name, int style, IEnumerable<(double X, double Y)> points, bool line = true, bool dots = true)
    {
        (double X, double Y)[] at = [.. points.Select(point => (Horizontal(point.X), Vertical(point.Y)))];
        if (line && at.Length > 0)
        {
            string path = string.Join(' ', at.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.#},{point.Y:0.#}")));
            Add($"<polyline points=\"{path}\" fill=\"none\" stroke=\"{Colours[style]}\" stroke-width=\"2\" stroke-dasharray=\"{Dashes[style]}\"/>");
        }

        foreach ((double px, double py) in dots ? at : [])
        {
            Add($"<circle cx=\"{px:0.#}\" cy=\"{py:0.#}\" r=\"3.5\" fill=\"{Colours[style]}\"/>");
        }

        if (name.Length > 0)
        {
            _legend.Add((name, style, dots));
        }

        return this;
    }

    /// <summary>Adds a shaded band between two lines.</summary>
    public Plot Band(IEnumerable<(double X, double Low, double High)> points)
    {
        (double X, double Low, double High)[] at = [.. points];
        IEnumerable<(double X, double Y)> outline = [.. at.Select(p => (p.X, p.High)), .. at.Reverse().Select(p => (p.X, p.Low))];
        string path = string.Join(' ', outline.Select(p => string.Create(CultureInfo.InvariantCulture, $"{Horizontal(p.X):0.#},{Vertical(p.Y):0.#}")));
        Add($"<polygon points=\"{path}\" fill=\"#888\" fill-opacity=\"0.18\"/>");
        return this;
    }

    /// <summary>Adds a mark with a text beside it: a line down or across, or a cross.</summary>
    public Plot Mark(string text, double? atX, double? atY)
    {
        double left = Horizontal(atX ?? x.Least), bottom = Vertical(atY ?? y.Least);
        switch (atX, atY)
        {
            case (not null, not null):
                Add($"<path d=\"M{left - 6:0.#} {bottom - 6:0.#}l12 12m0 -12l-12 12\" stroke=\"#222\" stroke-width=\"2.5\"/>");
                Add($"<text x=\"{left - 12:0.#}\" y=\"{bottom + 5:0.#}\" text-anchor=\"end\">{Text(text)}</text>");
                break;
            case (not null, null):
                Add($"<line x1=\"{left:0.#}\" y1=\"{Top}\" x2=\"{left:0.#}\" y2=\"{Top + Height}\" stroke=\"#222\" stroke-dasharray=\"4 3\"/>");
                Add($"<text x=\"{left + 6:0.#}\" y=\"{Top + 16}\">{Text(text)}</text>");
                break;
            default:
                Add($"<line x1=\"{Left}\" y1=\"{bottom:0.#}\" x2=\"{Left + Width}\" y2=\"{bottom:0.#}\" stroke=\"#222\" stroke-dasharray=\"4 3\"/>");
                Add($"<text x=\"{Left + 6}\" y=\"{bottom - 6:0.#}\">{Text(text)}</text>");
                break;
        }

        return this;
    }

    static string Text(string text) => System.Net.WebUtility.HtmlEncode(text);

    double Horizontal(double value) => Left + (x.Part(value) * Width);

    double Vertical(double value) => Top + ((1 - y.Part(value)) * Height);

    string Body()
    {
        string marks = _svg.ToString();
        _svg.Clear();
        Add($"<text x=\"{Left}\" y=\"50\" font-weight=\"bold\">{Text(title)}</text>");
        double at = Left;
        foreach ((string name, int style, bool hasPoints) in _legend)
        {
            Add($"<line x1=\"{at:0.#}\" y1=\"68\" x2=\"{at + 28:0.#}\" y2=\"68\" stroke=\"{Colours[style]}\" stroke-width=\"2\" stroke-dasharray=\"{Dashes[style]}\"/>");
            Add($"<circle cx=\"{at + 14:0.#}\" cy=\"68\" r=\"{(hasPoints ? 3.5 : 0):0.#}\" fill=\"{Colours[style]}\"/>");
            Add($"<text x=\"{at + 34:0.#}\" y=\"72\">{Text(name)}</text>");
            at += 52 + (name.Length * 6.6);
        }

        foreach ((double value, string label) in x.Marks)
        {
            Add($"<line x1=\"{Horizontal(value):0.#}\" y1=\"{Top}\" x2=\"{Horizontal(value):0.#}\" y2=\"{Top + Height}\" stroke=\"#e4e4e4\"/>");
            Add($"<text x=\"{Horizontal(value):0.#}\" y=\"{Top + Height + 18}\" text-anchor=\"middle\">{label}</text>");
        }

        foreach ((double value, string label) in y.Marks)
        {
            Add($"<line x1=\"{Left}\" y1=\"{Vertical(value):0.#}\" x2=\"{Left + Width}\" y2=\"{Vertical(value):0.#}\" stroke=\"#e4e4e4\"/>");
            Add($"<text x=\"{Left - 8}\" y=\"{Vertical(value) + 4:0.#}\" text-anchor=\"end\">{label}</text>");
        }

        Add($"<rect x=\"{Left}\" y=\"{Top}\" width=\"{Width}\" height=\"{Height}\" fill=\"none\" stroke=\"#666\"/>");
        Add($"<text x=\"{Left + (Width / 2)}\" y=\"{Top + Height + 40}\" text-anchor=\"middle\">{Text(x.Name)}</text>");
        Add($"<text transform=\"translate(18 {Top + (Height / 2)}) rotate(-90)\" text-anchor=\"middle\">{Text(y.Name)}</text>");
        return _svg.Append(marks).ToString();
    }

    void Add(FormattableString element) => _svg.Append(element.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
