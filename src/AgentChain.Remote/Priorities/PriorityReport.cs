using System.Diagnostics;

namespace AgentChain.Remote;

/// <summary>Represents the result of <see cref="ChatServer.TestPriorityAsync"/>.</summary>
[DebuggerDisplay("{Found}, expected {Expected}")]
public sealed record PriorityReport
{
    /// <summary>Gets the order that was found.</summary>
    public PriorityOrder Found { get; init; }

    /// <summary>Gets the order that was assumed before the test.</summary>
    public PriorityOrder Expected { get; init; }

    /// <summary>Gets a value that indicates whether the server refused requests with a priority.</summary>
    public bool IsRefused { get; init; }

    /// <summary>
    /// Gets the share of all pairs of a request with the high number and one with the low number in which the high one was answered first.
    /// </summary>
    /// <value>From 0 to 1; near 0.5 if the server ignores the numbers, or never had more requests than it serves at once.</value>
    public double HigherFirstShare { get; init; }

    /// <summary>Gets a value that indicates whether the server does what was assumed.</summary>
    public bool AsExpected => Found == Expected;

    /// <summary>Returns what was found, in one line.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => OptionCheck.Text(
        $"{Found}{(IsRefused ? " (refused)" : "")}, expected {Expected}; the higher number was first in {HigherFirstShare:0.00} of the pairs");
}
