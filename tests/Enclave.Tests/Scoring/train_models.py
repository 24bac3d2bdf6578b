"""Trains models on a real data set with the tools of operating units and writes, for each, a package of parameters, the rows and what the tool itself scores them.

usage: train_models.py CSV FOLDER. Writes FOLDER/<case>/{model.json,parameters.*} and FOLDER/<case>.{rows,scores}: doubles, row by row, little endian.
Debian's python3-xgboost, python3-sklearn and python3-onnx; no converter of scikit-learn to ONNX is packaged, so the graphs are written here operator by operator as skl2onnx does.
"""
import json
import os
import sys

import numpy as np
import onnx
import xgboost
from onnx import TensorProto, helper
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer, StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

source, folder = sys.argv[1:]
table = np.genfromtxt(source, delimiter=",", names=True, deletechars="", max_rows=12000)
names = ["LIMIT_BAL", "AGE", "PAY_0", "PAY_2", "BILL_AMT1", "BILL_AMT2", "PAY_AMT1", "PAY_AMT2"]
columns = [name.lower() for name in names]
whole = np.column_stack([table['"%s"' % name if '"%s"' % name in table.dtype.names else name] for name in names]).astype(np.float64)
by_name = {name.strip('"').lower(): table[name] for name in table.dtype.names}
late = by_name["default.payment.next.month"].astype(int)
schooling = np.clip(by_name["education"].astype(int), 1, 4) - 1
share = np.clip(by_name["bill_amt3"] / by_name["limit_bal"], -1, 2)
gaps = whole.copy()
gaps[np.arange(gaps.size).reshape(gaps.shape) % 7 == 3] = np.nan
half = slice(0, 6000)


def keep(case, suffix, parameters, form, rows, scores):
    os.makedirs(os.path.join(folder, case))
    manifest = {
        "name": case,
        "version": "1.0.0",
        "scoring": {"format": form, "table": "credit", "features": columns, "groups": ["id"]},
        "limits": {"memory_mib": 128, "cpu_seconds": 60, "output_bytes": 16777216},
    }
    with open(os.path.join(folder, case, "model.json"), "w") as file:
        json.dump(manifest, file)
    with open(os.path.join(folder, case, "parameters." + suffix), "wb") as file:
        file.write(parameters)
    rows.astype("<f8").tofile(os.path.join(folder, case + ".rows"))
    np.asarray(scores, dtype="<f8").reshape(len(rows), -1).tofile(os.path.join(folder, case + ".scores"))


def boosted(case, rows, target, objective, named, **more):
    data = lambda part, label=None: xgboost.DMatrix(part, label, feature_names=columns if named else None)
    booster = xgboost.train({"objective": objective, "max_depth": 6, "nthread": 1, **more}, data(rows[half], target[half]), 60)
    path = os.path.join(folder, "booster.json")
    booster.save_model(path)
    with open(path, "rb") as file:
        keep(case, "json", file.read(), "xgboost", rows, booster.predict(data(rows)))
    os.remove(path)


def graph(case, nodes, outputs, rows, scores, wide=False):
    kind = TensorProto.DOUBLE if wide else TensorProto.FLOAT
    model = helper.make_model(
        helper.make_graph(
            nodes,
            case,
            [helper.make_tensor_value_info("float_input", kind, [None, len(columns)])],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT if number else TensorProto.INT64, [None, None]) for name, number in outputs],
        ),
        opset_imports=[helper.make_opsetid("", 15), helper.make_opsetid("ai.onnx.ml", 3)],
    )
    onnx.checker.check_model(model)
    keep(case, "onnx", model.SerializeToString(), "onnx", rows, scores)


def down(threshold):
    """The largest 32-bit number that is not above the threshold: 32-bit features then go the same way as before 64-bit thresholds."""
    narrow = np.float32(threshold)
    return float(narrow if float(narrow) <= threshold else np.nextafter(narrow, np.float32(-np.inf)))


def trees(estimators, leaf, weigh, wide=False):
    """weigh(estimator index, value of a leaf) gives its (output, weight) pairs."""
    lists = {key: [] for key in ("nodes_treeids", "nodes_nodeids", "nodes_featureids", "nodes_values", "nodes_modes", "nodes_truenodeids", "nodes_falsenodeids", leaf + "_treeids", leaf + "_nodeids", leaf + "_ids", leaf + "_weights")}
    for number, estimator in enumerate(estimators):
        tree = estimator.tree_
        for node in range(tree.node_count):
            is_leaf = tree.children_left[node] < 0
            threshold = tree.threshold[node] if wide else down(tree.threshold[node])
            for key, value in (("treeids", number), ("nodeids", node), ("featureids", 0 if is_leaf else tree.feature[node]), ("values", 0.0 if is_leaf else threshold),
                               ("modes", "LEAF" if is_leaf else "BRANCH_LEQ"), ("truenodeids", 0 if is_leaf else tree.children_left[node]), ("falsenodeids", 0 if is_leaf else tree.children_right[node])):
                lists["nodes_" + key].append(value)
            for output, weight in weigh(number, tree.value[node]) if is_leaf else ():
                for key, value in (("treeids", number), ("nodeids", node), ("ids", output), ("weights", float(weight))):
                    lists[leaf + "_" + key].append(value)
    for key in ("nodes_values", leaf + "_weights") if wide else ():
        values = lists.pop(key)
        lists[key + "_as_tensor"] = helper.make_tensor(key, TensorProto.DOUBLE, [len(values)], values)
    return lists


def operator(name, source, targets, domain="ai.onnx.ml", **attributes):
    return helper.make_node(name, [source], targets, domain=domain, **attributes)


boosted("xgboost-binary", gaps, late, "binary:logistic", True, base_score=0.22)
boosted("xgboost-regression", gaps, share, "reg:squarederror", False)
boosted("xgboost-margin", whole, late, "binary:logitraw", False)
boosted("xgboost-classes", gaps, schooling, "multi:softprob", True, num_class=4, num_parallel_tree=2, subsample=0.5)

narrow = whole.astype(np.float32)
forest = RandomForestClassifier(40, max_depth=12, random_state=1).fit(narrow[half], late[half])
shares = lambda number, value: list(enumerate(value[0] / value[0].sum() / len(forest.estimators_)))
graph("onnx-forest", [
    operator("TreeEnsembleClassifier", "float_input", ["label", "probabilities"], classlabels_int64s=[0, 1], post_transform="NONE", **trees(forest.estimators_, "class", shares)),
    operator("Cast", "label", ["output_label"], domain="", to=TensorProto.INT64),
    operator("ZipMap", "probabilities", ["output_probability"], classlabels_int64s=[0, 1]),
], [("output_label", False), ("output_probability", True)], whole, forest.predict_proba(narrow)[:, 1])

single = DecisionTreeClassifier(max_depth=20, random_state=1).fit(narrow[half], schooling[half])
graph("onnx-tree", [
    operator("TreeEnsembleClassifier", "float_input", ["label", "probabilities"], classlabels_strings=["a", "b", "c", "d"], post_transform="NONE",
             **trees([single], "class", lambda number, value: list(enumerate(value[0] / value[0].sum()))))
], [("label", False), ("probabilities", True)], whole, single.predict_proba(narrow))

wide_tree = DecisionTreeRegressor(max_depth=10, random_state=1).fit(narrow[half], share[half])
graph("onnx-double", [
    operator("TreeEnsembleRegressor", "float_input", ["variable"], n_targets=1, post_transform="NONE", aggregate_function="AVERAGE", **trees([wide_tree, wide_tree], "target", lambda number, value: [(0, value[0][0])], wide=True))
], [("variable", True)], whole, wide_tree.predict(narrow), wide=True)

stumps = GradientBoostingRegressor(n_estimators=50, max_depth=4, random_state=1).fit(narrow[half], share[half])
graph("onnx-boosting", [
    operator("TreeEnsembleRegressor", "float_input", ["variable"], n_targets=1, post_transform="NONE", aggregate_function="SUM", base_values=[float(stumps.init_.constant_[0, 0])],
             **trees(stumps.estimators_[:, 0], "target", lambda number, value: [(0, stumps.learning_rate * value[0][0])]))
], [("variable", True)], whole, stumps.predict(narrow))

odds = GradientBoostingClassifier(n_estimators=50, max_depth=3, random_state=1).fit(narrow[half], late[half])
prior = odds.init_.class_prior_[1]
graph("onnx-odds", [
    operator("TreeEnsembleClassifier", "float_input", ["label", "probabilities"], classlabels_int64s=[0, 1], post_transform="LOGISTIC", base_values=[float(np.log(prior / (1 - prior)))],
             **trees(odds.estimators_[:, 0], "class", lambda number, value: [(1, odds.learning_rate * value[0][0])]))
], [("label", False), ("probabilities", True)], whole, odds.predict_proba(narrow)[:, 1])

logistic = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)).fit(whole[half], late[half])
scaler, fit = logistic[0], logistic[1]
both = lambda values: np.concatenate([-values, values]).ravel().tolist()
graph("onnx-logistic", [
    operator("Scaler", "float_input", ["variable"], offset=scaler.mean_.tolist(), scale=(1 / scaler.scale_).tolist()),
    operator("LinearClassifier", "variable", ["label", "raw"], coefficients=both(fit.coef_), intercepts=both(fit.intercept_), classlabels_ints=[0, 1], multi_class=0, post_transform="LOGISTIC"),
    operator("Normalizer", "raw", ["probabilities"], norm="L1"),
    operator("ZipMap", "probabilities", ["output_probability"], classlabels_int64s=[0, 1]),
], [("label", False), ("output_probability", True)], whole, logistic.predict_proba(whole)[:, 1])

classes = make_pipeline(Normalizer("l2"), LogisticRegression(max_iter=500)).fit(whole[half], schooling[half])
graph("onnx-softmax", [
    operator("Normalizer", "float_input", ["variable"], norm="L2"),
    operator("LinearClassifier", "variable", ["label", "probabilities"], coefficients=classes[1].coef_.ravel().tolist(), intercepts=classes[1].intercept_.tolist(), classlabels_ints=[0, 1, 2, 3],
             multi_class=1, post_transform="SOFTMAX"),
], [("label", False), ("probabilities", True)], whole, classes.predict_proba(whole))

ridge = make_pipeline(SimpleImputer(), StandardScaler(), Ridge()).fit(gaps[half], share[half])
graph("onnx-ridge", [
    operator("Imputer", "float_input", ["full"], imputed_value_floats=ridge[0].statistics_.tolist(), replaced_value_float=float("nan")),
    operator("Scaler", "full", ["variable"], offset=ridge[1].mean_.tolist(), scale=(1 / ridge[1].scale_).tolist()),
    operator("LinearRegressor", "variable", ["result"], coefficients=ridge[2].coef_.tolist(), intercepts=[float(ridge[2].intercept_)]),
    operator("Identity", "result", ["output"], domain=""),
], [("output", True)], gaps, ridge.predict(gaps))


def plain(case, link, pipeline, scores):
    fitted = pipeline[1]
    document = {"link": link, "feature_names": columns, "means": pipeline[0].mean_.tolist(), "scales": pipeline[0].scale_.tolist(),
                "intercepts": np.atleast_1d(fitted.intercept_).tolist(), "coefficients": np.atleast_2d(fitted.coef_).tolist()}
    keep(case, "json", json.dumps(document).encode(), "linear", whole, scores)


plain("linear-logistic", "logistic", logistic, logistic.predict_proba(whole)[:, 1])
several = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)).fit(whole[half], schooling[half])
plain("linear-softmax", "softmax", several, several.predict_proba(whole))
line = make_pipeline(StandardScaler(), Ridge()).fit(whole[half], share[half])
plain("linear-identity", "identity", line, line.predict(whole))
