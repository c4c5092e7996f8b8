using System.Globalization;
using System.Text;

namespace AgentChain.Simulation;

/// <summary>A table of a report: as aligned text, or as HTML whose first column names the rows.</summary>
sealed class ReportTable(string caption, params string[] columns)
{
    readonly List<string[]> _rows = [];

    public string Caption => caption;

    public bool IsEmpty => _rows.Count == 0;

    public ReportTable Add(params string[] cells)
    {
        _rows.Add(cells);
        return this;
    }

    /// <summary>Adds the table as text. The first column is aligned to the left, the others to the right.</summary>
    public void WriteText(StringBuilder text)
    {
        int[] widths = [.. columns.Select((column, at) => _rows.Select(row => row[at].Length).Append(column.Length).Max())];
        text.Append('\n').Append(caption).Append('\n');
        foreach (string[] row in _rows.Prepend(columns))
        {
            string[] cells = [.. row.Select((cell, at) => at == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[at]))];
            text.Append("  ").AppendJoin("  ", cells).Append('\n');
        }
    }

    /// <summary>Adds the table as HTML, in a region that scrolls by keyboard where the window is narrow.</summary>
    public void WriteHtml(StringBuilder html)
    {
        html.Append(CultureInfo.InvariantCulture, $"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{Shown.Html(caption)}\">\n<table>\n<caption>{Shown.Html(caption)}</caption>\n<thead><tr>");
        foreach (string column in columns)
        {
            html.Append(CultureInfo.InvariantCulture, $"<th scope=\"col\">{Shown.Html(column)}</th>");
        }

        html.Append("</tr></thead>\n<tbody>\n");
        foreach (string[] row in _rows)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{Shown.Html(row[0])}</th>");
            foreach (string cell in row.Skip(1))
            {
                html.Append(CultureInfo.InvariantCulture, $"<td>{Shown.Html(cell)}</td>");
            }

            html.Append("</tr>\n");
        }

        html.Append("</tbody>\n</table>\n</div>\n");
    }
}
