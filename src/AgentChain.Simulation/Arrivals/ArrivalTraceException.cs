namespace AgentChain.Simulation;

/// <summary>Represents a broken row of an <see cref="ArrivalTrace"/>. The message names the trace, the row and the field.</summary>
public sealed class ArrivalTraceException : Exception
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="trace">The name of the trace, such as that of its file.</param>
    /// <param name="row">The number of the row; 0 if the error is not in one row.</param>
    /// <param name="field">The name of the field, or <see langword="null"/> if the error is not in one field.</param>
    /// <param name="problem">What is wrong, and what is allowed.</param>
    /// <param name="innerException">The cause, or <see langword="null"/>.</param>
    public ArrivalTraceException(string trace, long row, string? field, string problem, Exception? innerException = null)
        : base(OptionCheck.Text($"{trace}{(row > 0 ? OptionCheck.Text($", row {row}") : "")}{(field is null ? "" : $", field '{field}'")}: {problem}"), innerException) =>
        (Trace, Row, Field) = (trace, row, field);

    /// <summary>Gets the name of the trace, such as that of its file.</summary>
    public string Trace { get; }

    /// <summary>Gets the number of the row: the line of its file, or the position of the arrival in another trace, counted from 1.</summary>
    /// <value>0 if the error is not in one row.</value>
    public long Row { get; }

    /// <summary>Gets the name of the field.</summary>
    /// <value><see langword="null"/> if the error is not in one field.</value>
    public string? Field { get; }
}
