using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>How a call was answered, and the result that the model gets. Immutable.</summary>
/// <param name="Status">How the call was answered.</param>
/// <param name="Result">The result for the model.</param>
sealed record ToolAnswer(ToolCallStatus Status, object? Result)
{
    /// <summary>The call itself is at fault: no such tool, arguments that do not fit. The tool did not run.</summary>
    public bool IsRefusal { get; init; }

    /// <summary>The exception that ends the turn; null if the turn goes on.</summary>
    public Exception? Fatal { get; init; }

    public static ToolAnswer Canceled { get; } = Of(ToolCallStatus.Canceled, "The turn ended before the call did. Its effect is unknown unless the tool has none.");

    public static ToolAnswer NotBegun { get; } = Of(ToolCallStatus.Canceled, "The turn ended before the call began. The tool did not run.");

    public static ToolAnswer WarmUp { get; } = Of(ToolCallStatus.Canceled, "A warm-up does not run tools with effects.");

    /// <summary>Makes the answer to a call that cannot be run.</summary>
    /// <param name="error">The kind of error, a word that a model or a test can tell apart.</param>
    /// <param name="why">What is wrong, and how to repair it.</param>
    public static ToolAnswer Refused(string error, string why)
    {
        return new(ToolCallStatus.Failed, ToolResult.Json(ToolCallStatus.Failed, Write)) { IsRefusal = true };

        void Write(Utf8JsonWriter writer)
        {
            writer.WriteString("error", error);
            writer.WriteString("message", why);
        }
    }

    public static ToolAnswer Failed(string why) => Of(ToolCallStatus.Failed, why);

    public static ToolAnswer TimedOut(AgentTool tool) => Of(
        ToolCallStatus.TimedOut, $"The tool '{tool.Name}' took longer than {tool.Budget.TotalMilliseconds} ms.") with
    {
        Fatal = tool.Overrun == ToolOverrun.Fail ? new ToolOverrunException(tool.Name, tool.Budget) : null,
    };

    /// <summary>Returns the name of a status in histories and telemetry.</summary>
    public static string NameOf(ToolCallStatus status) => status switch
    {
        ToolCallStatus.Completed => "completed",
        ToolCallStatus.Failed => "failed",
        ToolCallStatus.TimedOut => "timed_out",
        ToolCallStatus.Canceled => "cancelled",
        _ => "unspecified",
    };

    /// <summary>The status in the turn's report.</summary>
    public InnerStatus InnerStatus => Status switch
    {
        ToolCallStatus.Completed => InnerStatus.Completed,
        ToolCallStatus.TimedOut => InnerStatus.TimedOut,
        ToolCallStatus.Canceled => InnerStatus.Canceled,
        _ => InnerStatus.Failed,
    };

    /// <summary>Makes the content that answers a call.</summary>
    public FunctionResultContent ToContent(string callId) => new(callId, Result);

    static ToolAnswer Of(ToolCallStatus status, string message) =>
        new(status, ToolResult.Json(status, writer => writer.WriteString("message", message)));
}
