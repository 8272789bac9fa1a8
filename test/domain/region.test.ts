import { expect, test } from "vitest";
import { locationHintOf } from "../../src/domain/region";

test.each([
  ["Seoul", { continent: "AS", country: "KR", longitude: "126.98" }, "apac"],
  ["Dubai", { continent: "AS", country: "AE", longitude: "55.27" }, "me"],
  ["Berlin", { continent: "EU", country: "DE", longitude: "13.40" }, "weur"],
  ["Warsaw", { continent: "EU", country: "PL", longitude: "21.01" }, "eeur"],
  ["Seattle", { continent: "NA", country: "US", longitude: "-122.33" }, "wnam"],
  ["New York", { continent: "NA", country: "US", longitude: "-74.00" }, "enam"],
  ["São Paulo", { continent: "SA", country: "BR", longitude: "-46.63" }, "sam"],
  ["Sydney", { continent: "OC", country: "AU", longitude: "151.20" }, "oc"],
  ["Nairobi", { continent: "AF", country: "KE", longitude: "36.82" }, "afr"],
  ["Europe without a longitude", { continent: "EU" }, "weur"],
  ["North America without a longitude", { continent: "NA" }, "enam"],
  ["Antarctica", { continent: "AN" }, null],
  ["nowhere", {}, null],
])("objects for %s are placed by %j as %j", (_city, place, hint) => {
  expect(locationHintOf(place)).toBe(hint);
});
