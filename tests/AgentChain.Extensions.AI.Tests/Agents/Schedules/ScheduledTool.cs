using System.Text.Json;
using AgentChain.Simulation;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Tests.Agents.Schedules;

/// <summary>A tool that does what the plan says.</summary>
sealed class ScheduledTool(VirtualWorld world, Plan plan, ScheduleLog log, string name) : AIFunction
{
    public override string Name => name;

    public override JsonElement JsonSchema { get; } = JsonElement.Parse(
        """{"type":"object","properties":{"n":{"type":"integer"},"q":{"type":"string"}},"required":["n","q"],"additionalProperties":false}""");

    public void Declare(ToolSetup setup)
    {
        setup.Effect(name switch
        {
            "pay" or "send" => Effect.Effectful,
            "set" => Effect.Idempotent,
            _ => Effect.Pure,
        });
        setup.Budget(name == "list" ? Timeout.InfiniteTimeSpan : Plan.BudgetMs.Milliseconds());
        if (name == "list")
        {
            setup.Concurrency(2).On("cpu");
        }

        if (name == "set" && plan.SetsEarly)
        {
            setup.Early();
        }

        setup.OnOverrun(name == "strict" ? ToolOverrun.Fail : ToolOverrun.Answer);
    }

    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        (string question, int n) = ((string)arguments["q"]!, (int)arguments["n"]!);
        ToolCall call = ToolCall.From(arguments)!;
        bool isEarly = call.Id == "early";
        log.Began(call, question, n, isEarly, plan.SetsEarly);
        ToolFate fate = isEarly ? plan.EarlyFateOf(name, question, n) : plan.FateOf(name, question, n);
        try
        {
            await world.Delay(fate.Ms, fate.IsDeaf ? CancellationToken.None : cancellationToken);
        }
        finally
        {
            log.EarlyRunning -= isEarly ? 1 : 0;
        }

        (!isEarly || fate == plan.FateOf(name, question, n) ? log.Ended : log.EndedEarly).Add((question, name, n));

        return fate.Throws ? throw new IOException("planned") : fate.ReturnsNull ? null : ExpectedTurn.Value(name, question, n);
    }
}
