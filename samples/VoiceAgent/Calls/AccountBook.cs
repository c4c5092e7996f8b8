using System.Text.Json;
using VoiceAgent.CommandLine;

namespace VoiceAgent.Calls;

/// <summary>All customer accounts.</summary>
sealed class AccountBook(IReadOnlyList<Account> accounts)
{
    public IReadOnlyList<Account> Accounts { get; } = accounts;

    /// <summary>Reads <c>accounts.json</c>.</summary>
    public static AccountBook Load(string path)
    {
        using JsonDocument document = JsonFile.Read(path);
        return new([.. document.RootElement.EnumerateArray().Select(account => new Account(
            account.GetProperty("id").GetString()!,
            account.GetProperty("facts").EnumerateObject().ToDictionary(f => f.Name, f => f.Value.GetString()!, StringComparer.Ordinal)))]);
    }

    /// <summary>Finds a customer by name, a unique part of the name, or account number; null selects the first customer.</summary>
    public Account Find(string? who)
    {
        if (who is null)
        {
            return Accounts[0];
        }

        Account[] found = [.. Accounts.Where(a => a.Id == who || string.Equals(a.Name, who.Trim(), StringComparison.OrdinalIgnoreCase))];
        found = found.Length > 0
            ? found
            : [.. Accounts.Where(a => a.Name.Split(' ').Contains(who.Trim(), StringComparer.OrdinalIgnoreCase))];
        return found.Length == 1
            ? found[0]
            : throw new VoiceAgentException(
                ExitCode.Usage,
                $"Unknown customer '{who}'; the customers are {string.Join(", ", Accounts.Select(a => $"{a.Name} ({a.Id})"))}.");
    }
}
