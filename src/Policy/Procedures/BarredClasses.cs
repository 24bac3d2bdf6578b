namespace Sandbox.Policy.Procedures;

/// <summary>Data of a class that the active profile bars can't be granted, opened or turned into something, whatever was approved (YB-2-1).</summary>
public static class BarredClasses
{
    /// <summary>Whether a data set of these classes may be authorised.</summary>
    /// <param name="dataSet">Its name, for the refusal.</param>
    /// <param name="negativeEntry">Name of the entry of the negative list that the data set stands on; null for none. It counts under every profile.</param>
    public static Decision Check(ProcedureRules rules, string dataSet, IReadOnlyCollection<DataClass> classes, string? negativeEntry)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(classes);
        var refusals = rules.Barred.Where(barred => barred.Value != DataClass.NegativeList && classes.Contains(barred.Value)).Select(barred => Barred(dataSet, barred.Value, barred.References)).ToList();
        if (classes.Any(item => item == DataClass.Unknown || !Enum.IsDefined(item)))
        {
            refusals.Add(Barred(dataSet, DataClass.Unknown, []));
        }

        if (negativeEntry is not null)
        {
            refusals.Add(new(
                "YN25-15-1",
                $"The data set '{dataSet}' stands on the negative list (entry '{negativeEntry}').",
                "No approval opens it; the entry can only be ended by the government's decision.",
                $"数据集“{dataSet}”已列入负面清单（条目“{negativeEntry}”）。",
                "任何审批均不能放开；须由同级政府决定移出。"));
        }

        return refusals.Count == 0 ? Decision.Permit("YB-2-1") : Decision.Deny(refusals);
    }

    private static Refusal Barred(string dataSet, DataClass item, IReadOnlyList<string> references) => new(
        "YB-2-1",
        $"The data set '{dataSet}' is barred from authorised operation by {DataClassWords.English(item)}{(references.Count > 0 ? $" ({string.Join(", ", references)})" : "")}; no approval opens it.",
        "Leave it out of the request; only a new classification with its evidence changes this.",
        $"数据集“{dataSet}”因{DataClassWords.Chinese(item)}不得授权运营{(references.Count > 0 ? $"（{string.Join("、", references)}）" : "")}；任何审批均不能放开。",
        "请将其从申请中删去；只有依据充分的重新定级可以改变。");
}
