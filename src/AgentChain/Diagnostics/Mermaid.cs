using System.Globalization;
using System.Text;

namespace AgentChain.Diagnostics;

/// <summary>
/// Draws a chain as a Mermaid flowchart. Arrows come after all nodes, because an arrow inside a subgraph would pull its nodes into it.
/// </summary>
sealed class Mermaid
{
    readonly StringBuilder _nodes = new();
    readonly StringBuilder _arrows = new();
    int _ids;
    int _depth = 1;

    /// <summary>The start of an arrow: the source node, whether it carries a stream, and the label.</summary>
    readonly record struct End(string Id, bool IsStream, string? Label = null);

    /// <summary>Draws a chain.</summary>
    /// <param name="chain">The name of the chain.</param>
    /// <param name="nodes">The steps of the chain.</param>
    /// <param name="budget">The budget of the chain.</param>
    public static string Draw(string chain, IReadOnlyList<DiagramNode> nodes, LatencyBudget budget)
    {
        var picture = new Mermaid();
        string start = picture.Node(chain, Describe(budget) is { } limits ? [limits] : [], "([", "])", inPlace: false);
        IReadOnlyList<End> ends = picture.Steps(nodes, [new(start, false)]);
        string output = picture.Node("output", [], "([", "])", inPlace: false);
        picture.Arrows(ends, output, null);
        return $"flowchart LR\n{picture._nodes}{picture._arrows}    classDef inplace stroke-dasharray:4 3\n";
    }

    /// <summary>Returns the limits of a budget as text, or <see langword="null"/> if it has none.</summary>
    public static string? Describe(LatencyBudget budget)
    {
        string[] limits =
        [
            .. Limit("first output", budget.FirstOutputLimit),
            .. Limit("total", budget.TotalLimit),
            .. Limit("stall", budget.StallLimit),
        ];
        return limits.Length == 0 ? null : "≤ " + string.Join(", ", limits);

        static IEnumerable<string> Limit(string what, TimeSpan? time) =>
            time is { } t ? [string.Create(CultureInfo.InvariantCulture, $"{what} {t.TotalMilliseconds:0.###} ms")] : [];
    }

    /// <summary>Escapes a text for use in a quoted label.</summary>
    internal static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            escaped.Append(c switch
            {
                '"' => "#quot;",
                '#' => "#35;",
                '&' => "#amp;",
                '<' => "#lt;",
                '>' => "#gt;",
                '`' => "#96;",
                '\\' => "#92;",
                _ when char.IsControl(c) => " ",
                _ => c.ToString(),
            });
        }

        return escaped.ToString();
    }

    IReadOnlyList<End> Steps(IReadOnlyList<DiagramNode> nodes, IReadOnlyList<End> ends)
    {
        for (int i = 0; i < nodes.Count; i++)
        {
            int together = nodes.Skip(i).TakeWhile(n => n is { InPlace: true, Shape: DiagramShape.Step }).Count();
            if (together < 2)
            {
                ends = Step(nodes[i], ends);
                continue;
            }

            Open("in place", "inplace");
            for (int last = i + together - 1; i <= last; i++)
            {
                ends = Step(nodes[i], ends);
            }

            i--;
            Close();
        }

        return ends;
    }

    IReadOnlyList<End> Step(DiagramNode node, IReadOnlyList<End> ends)
    {
        switch (node.Shape)
        {
            case DiagramShape.Choice:
                string choice = Node(node.Name, node.Notes, "{", "}", node.InPlace);
                Arrows(ends, choice, node.Queue);
                return [.. node.Branches.SelectMany(b => Steps(b.Nodes, [new(choice, false, b.Label)]))];

            case DiagramShape.Join:
                IReadOnlyList<End> sides = [.. node.Branches.SelectMany(b => Steps(b.Nodes, ends))];
                string join = Node(node.Name, node.Notes, "[[", "]]", node.InPlace);
                Arrows(sides, join, null);
                return [new(join, false)];

            case DiagramShape.Loop:
                Open(node.Name, "loop");
                string round = Node("round", [], "((", "))", inPlace: false);
                Arrows(ends, round, null);
                IReadOnlyList<End> made = Steps(node.Branches[0].Nodes, [new(round, false)]);
                string again = Node("again?", node.Notes, "{{", "}}", inPlace: false);
                Close();
                Arrows(made, again, null);
                Arrow(new(again, false, "again"), round, null);
                return [new(again, false)];

            case DiagramShape.Group:
                Open(string.Join(", ", node.Notes.Prepend(node.Name)), "chain");
                ends = Steps(node.Branches[0].Nodes, ends);
                Close();
                return ends;

            default:
                string step = Node(node.Name, node.Notes, "[", "]", node.InPlace);
                Arrows(ends, step, node.Queue);
                return [new(step, node.MakesStream ?? ends.Any(e => e.IsStream))];
        }
    }

    string Node(string name, IReadOnlyList<string> notes, string open, string close, bool inPlace)
    {
        string id = NewId(name);
        Line(_nodes).Append(id).Append(open).Append('"').AppendJoin("<br/>", notes.Prepend(name).Select(Escape)).Append('"').Append(close)
            .Append(inPlace ? ":::inplace" : "").Append('\n');
        return id;
    }

    void Open(string title, string kind)
    {
        Line(_nodes).Append(CultureInfo.InvariantCulture, $"subgraph {NewId(kind)} [\"{Escape(title)}\"]\n");
        _depth++;
    }

    void Close()
    {
        _depth--;
        Line(_nodes).Append("end\n");
    }

    void Arrows(IEnumerable<End> from, string to, string? queue)
    {
        foreach (End end in from)
        {
            Arrow(end, to, queue);
        }
    }

    void Arrow(End from, string to, string? queue)
    {
        string label = string.Join(", ", new[] { from.Label, queue }.OfType<string>().Select(Escape));
        _arrows.Append("    ").Append(from.Id).Append(from.IsStream ? " ==>" : " -->");
        if (label.Length > 0)
        {
            _arrows.Append("|\"").Append(label).Append("\"|");
        }

        _arrows.Append(' ').Append(to).Append('\n');
    }

    StringBuilder Line(StringBuilder text) => text.Append(' ', _depth * 4);

    /// <summary>Creates a node ID. The number makes it unique and avoids Mermaid keywords; the name makes the source readable.</summary>
    string NewId(string name)
    {
        string word = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        return string.Create(CultureInfo.InvariantCulture, $"n{_ids++}_{word}");
    }
}
