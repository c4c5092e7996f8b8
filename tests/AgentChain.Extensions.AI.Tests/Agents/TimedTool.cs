using System.Text.Json;
using AgentChain.Simulation;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Tests.Agents;

/// <summary>A tool that takes a while in virtual time, and remembers its runs.</summary>
sealed class TimedTool(VirtualWorld world, string name, double ms = 0, Func<AIFunctionArguments, object?>? result = null) : AIFunction
{
    public override string Name => name;

    public override JsonElement JsonSchema { get; } = JsonElement.Parse("""{"type":"object","properties":{"n":{"type":"integer"}}}""");

    /// <summary>Whether the tool goes on when its token is canceled.</summary>
    public bool IsDeaf { get; init; }

    public List<string> Runs { get; } = [];

    public List<ToolCall> Calls { get; } = [];

    public int Running { get; private set; }

    public int MostRunning { get; private set; }

    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        Calls.Add(ToolCall.From(arguments)!);
        Runs.Add($"{world.Elapsed.TotalMilliseconds} began");
        MostRunning = Math.Max(MostRunning, ++Running);
        try
        {
            await world.Delay(ms, IsDeaf ? CancellationToken.None : cancellationToken);
            Runs.Add($"{world.Elapsed.TotalMilliseconds} ended");
            return result is null ? $"{name} done" : result(arguments);
        }
        finally
        {
            Running--;
        }
    }
}
