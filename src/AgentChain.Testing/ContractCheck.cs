namespace AgentChain.Testing;

/// <summary>Represents one check of a contract.</summary>
public sealed class ContractCheck
{
    readonly Func<Task> _run;

    internal ContractCheck(string name, Func<Task> run) => (Name, _run) = (name, run);

    /// <summary>Gets the name of the check: the action, the state in which it is done, and the required result.</summary>
    public string Name { get; }

    /// <summary>Runs the check.</summary>
    /// <returns>A task that represents the check.</returns>
    /// <exception cref="ContractException">The contract is broken.</exception>
    public async Task RunAsync()
    {
        try
        {
            await _run().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            throw new ContractException($"{Name}: {error.Message}", error);
        }
    }

    /// <summary>Returns the name of the check.</summary>
    /// <returns>The name.</returns>
    public override string ToString() => Name;
}
