using System.Reflection;

namespace AgentChain.AgentFramework;

/// <summary>Makes exceptions of a workflow's failure events.</summary>
static class WorkflowFailures
{
    public static AgentFrameworkException Failed(string workflow, string? executor, Exception? error)
    {
        // The framework wraps what a handler throws.
        while (error is TargetInvocationException { InnerException: { } inner })
        {
            error = inner;
        }

        string who = executor is null ? $"The workflow '{workflow}'" : $"The executor '{executor}' of the workflow '{workflow}'";
        return new(
            executor ?? workflow, $"{who} failed{(error is null ? "" : $" with {error.GetType().Name}")}. See the inner exception.", error);
    }
}
