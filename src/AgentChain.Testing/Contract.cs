namespace AgentChain.Testing;

/// <summary>
/// Represents the contract that every implementation of an interface must keep. Derive from it, supply your implementation, and verify it
/// in a test.
/// </summary>
public abstract class Contract
{
    /// <summary>Initializes a new instance.</summary>
    protected Contract()
    {
    }

    /// <summary>Gets the checks, to run them one by one, for example as the cases of a parameterized test.</summary>
    public abstract IReadOnlyList<ContractCheck> Checks { get; }

    /// <summary>Runs all checks, one after the other.</summary>
    /// <returns>A task that represents the checks.</returns>
    /// <exception cref="ContractException">The contract is broken; the message names the first check that failed.</exception>
    public async Task VerifyAsync()
    {
        foreach (ContractCheck check in Checks)
        {
            await check.RunAsync().ConfigureAwait(false);
        }
    }
}
