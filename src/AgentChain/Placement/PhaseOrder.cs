namespace AgentChain.Placement;

/// <summary>Orders phases so that each comes after those that it waits for.</summary>
static class PhaseOrder
{
    /// <summary>Returns the indexes of the phases that each phase comes after.</summary>
    /// <exception cref="PlacementException">A phase does not exist, or phases wait for each other.</exception>
    public static int[][] Before(IReadOnlyList<PlacementPhase> phases)
    {
        Dictionary<string, int> indexes = new(StringComparer.Ordinal);
        for (int i = 0; i < phases.Count; i++)
        {
            indexes.Add(phases[i].Name, i);
        }

        int[][] before = [.. phases.Select(phase => (phase.After ?? []).Distinct(StringComparer.Ordinal).Select(name => Find(phase, name)).ToArray())];
        int[] order = Sorted(before);
        return order.Length == phases.Count ? before : throw new PlacementException(
            PlacementObstacle.Order,
            $"These phases wait for each other: {string.Join(", ", Enumerable.Range(0, phases.Count).Except(order).Select(i => $"'{OptionCheck.Visible(phases[i].Name)}'"))}; remove one from PlacementPhase.After.");

        int Find(PlacementPhase phase, string? name) => name is not null && indexes.TryGetValue(name, out int at)
            ? at
            : throw new PlacementException(
                PlacementObstacle.Order,
                $"The phase '{OptionCheck.Visible(phase.Name)}' comes after '{OptionCheck.Visible(name)}', which does not exist; the phases are {string.Join(", ", indexes.Keys.Select(OptionCheck.Visible))}.");
    }

    /// <summary>
    /// Returns the phases with the longest rest first, each after those that it waits for. Source: the upward rank of HEFT (Topcuoglu, Hariri
    /// and Wu, 2002).
    /// </summary>
    public static int[] ByRank(int[][] before, Func<int, double> time, Func<int, double> move)
    {
        int[] order = Sorted(before);
        double[] rank = new double[before.Length];
        foreach (int i in order.Reverse())
        {
            rank[i] += time(i);
            foreach (int earlier in before[i])
            {
                rank[earlier] = Math.Max(rank[earlier], rank[i] + move(earlier));
            }
        }

        // Stable, so that phases without a time stay after those that they wait for.
        return [.. order.OrderByDescending(i => rank[i])];
    }

    /// <summary>Returns the phases that do not wait for each other, in order: level by level.</summary>
    static int[] Sorted(int[][] before)
    {
        int[] left = [.. before.Select(earlier => earlier.Length)];
        var after = new List<int>[before.Length];
        for (int i = 0; i < before.Length; i++)
        {
            foreach (int earlier in before[i])
            {
                (after[earlier] ??= []).Add(i);
            }
        }

        List<int> sorted = [], level = [.. Enumerable.Range(0, before.Length).Where(i => left[i] == 0)];
        while (level.Count > 0)
        {
            sorted.AddRange(level);
            level = [.. level.SelectMany(i => after[i] ?? []).Where(i => --left[i] == 0).Order()];
        }

        return [.. sorted];
    }
}
